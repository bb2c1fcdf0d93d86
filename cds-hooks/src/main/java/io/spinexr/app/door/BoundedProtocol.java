package io.spinexr.app.door;

import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;

/**
 * HTTP over connections of which one address has only so many: an idle one costs no thread, but
 * Tomcat takes 8192 in all. No thread waits for the body of a request that Tomcat itself refuses.
 */
public final class BoundedProtocol extends Http11NioProtocol {
  private final Connections connections;

  /** For Tomcat, which makes it by its name. */
  public BoundedProtocol() {
    this(new Connections());
  }

  private BoundedProtocol(Connections connections) {
    super(connections);
    this.connections = connections;
  }

  /**
   * @param most of one address
   * @param trustedProxies addresses that may have any number
   */
  void bound(int most, Set<String> trustedProxies) {
    connections.most = most;
    connections.trustedProxies = trustedProxies;
  }

  @Override
  public void setAdapter(Adapter adapter) {
    super.setAdapter(new Impatient(adapter));
  }

  /**
   * What the servlets are asked has its body read by the {@link Door}, to its end or as it comes.
   * Whatever Tomcat answers ahead of them, such as {@code OPTIONS *}, it would read the rest of,
   * with a thread.
   */
  private record Impatient(Adapter servlets) implements Adapter {
    @Override
    public void service(Request request, Response response) throws Exception {
      servlets.service(request, response);
      if (request.getReadListener() == null && hasBody(request) && !request.isFinished()) {
        response.action(ActionCode.CLOSE_NOW, null);
      }
    }

    private static boolean hasBody(Request request) {
      return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    @Override
    public boolean prepare(Request request, Response response) throws Exception {
      return servlets.prepare(request, response);
    }

    @Override
    public boolean asyncDispatch(Request request, Response response, SocketEvent event)
        throws Exception {
      return servlets.asyncDispatch(request, response, event);
    }

    @Override
    public void log(Request request, Response response, long time) {
      servlets.log(request, response, time);
    }

    @Override
    public void checkRecycled(Request request, Response response) {
      servlets.checkRecycled(request, response);
    }

    @Override
    public String getDomain() {
      return servlets.getDomain();
    }
  }

  private static final class Connections extends NioEndpoint {
    private int most = Integer.MAX_VALUE;
    private Set<String> trustedProxies = Set.of();

    /** On the one thread that accepts. */
    @Override
    protected boolean setSocketOptions(SocketChannel socket) {
      if (isWelcome(socket)) {
        return super.setSocketOptions(socket);
      }
      destroySocket(socket);
      return false;
    }

    private boolean isWelcome(SocketChannel socket) {
      InetAddress peer = socket.socket().getInetAddress();
      return peer != null
          && (trustedProxies.contains(peer.getHostAddress())
              || connections.keySet().stream()
                      .filter(other -> peer.equals(other.socket().getInetAddress()))
                      .limit(most)
                      .count()
                  < most);
    }
  }
}
