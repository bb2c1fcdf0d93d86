package io.spinexr.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * Begins each connection with the context that counts then, sessions to be resumed included:
 * clients keep what they were built with.
 */
final class FollowingContext extends SSLContext {
  FollowingContext(Supplier<SSLContext> now) {
    super(new Following(now), now.get().getProvider(), now.get().getProtocol());
  }

  private static final class Following extends SSLContextSpi {
    private final Supplier<SSLContext> now;

    Following(Supplier<SSLContext> now) {
      this.now = now;
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {
      throw new UnsupportedOperationException("it is initialized by whom it follows");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return new Sockets(now);
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return now.get().getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return now.get().createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return now.get().createSSLEngine(host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return now.get().getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return now.get().getClientSessionContext();
    }
  }

  private static final class Sockets extends SSLSocketFactory {
    private final Supplier<SSLContext> now;

    Sockets(Supplier<SSLContext> now) {
      this.now = now;
    }

    private SSLSocketFactory factory() {
      return now.get().getSocketFactory();
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return factory().getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return factory().getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket() throws IOException {
      return factory().createSocket();
    }

    @Override
    public Socket createSocket(Socket plain, String host, int port, boolean autoClose)
        throws IOException {
      return factory().createSocket(plain, host, port, autoClose);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return factory().createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort)
        throws IOException {
      return factory().createSocket(host, port, from, fromPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return factory().createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
        throws IOException {
      return factory().createSocket(host, port, from, fromPort);
    }
  }
}
