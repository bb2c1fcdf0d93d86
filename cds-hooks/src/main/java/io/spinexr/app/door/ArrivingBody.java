package io.spinexr.app.door;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FastByteArrayOutputStream;

/**
 * A body on its way: no thread waits for it. Of a request that is refused the rest is read and
 * dropped before the answer, because many clients read no answer while they still send. Most bodies
 * come with the headers, and are here at once.
 */
final class ArrivingBody implements ReadListener {
  private static final String ARRIVED = ArrivingBody.class.getName() + ".arrived";

  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final long BYTES_PER_SECOND = 1024;

  /** Of a refused body; whoever sends more has the connection closed. */
  private static final long MOST_DROPPED = 64 << 20;

  private static final Refusal TOO_SLOW =
      new Refusal(
          408,
          "timeout",
          "the body came slower than %d bytes a second".formatted(BYTES_PER_SECOND));

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final ServletInputStream in;
  private final BodyLimits limits;
  private final BodyMemory.Lease lease;
  private final FastByteArrayOutputStream body = new FastByteArrayOutputStream();
  private final byte[] chunk = new byte[8192];
  private final long began = System.nanoTime();
  private long received;
  private boolean over;
  private @Nullable AsyncContext async;
  private @Nullable Refusal refusal;

  /** A body that is here, as it came. */
  record Complete(FastByteArrayOutputStream bytes, BodyMemory.Lease lease) {}

  /** Of a request that was sent on because its body is here. */
  static @Nullable Complete of(HttpServletRequest request) {
    return (Complete) request.getAttribute(ARRIVED);
  }

  /**
   * @param refusal why the request will not be served whatever its body is, if so
   */
  ArrivingBody(
      HttpServletRequest request,
      HttpServletResponse response,
      BodyLimits limits,
      BodyMemory.Lease lease,
      @Nullable Refusal refusal)
      throws IOException {
    this.request = request;
    this.response = response;
    this.in = request.getInputStream();
    this.limits = limits;
    this.lease = lease;
    this.refusal = refusal;
    if (refusal == null && request.getContentLengthLong() > limits.bytes(request)) {
      refuse(limits.tooLong(request));
    }
  }

  /** The whole body, if it came with the headers; takes what did, and waits for nothing. */
  @Nullable Complete atOnce() throws IOException {
    long length = request.getContentLengthLong();
    int count = 0;
    while (count >= 0 && refusal == null && received < length && in.available() > 0) {
      count = in.read(chunk);
      take(Math.max(count, 0));
    }
    return refusal == null && received == length ? new Complete(body, lease) : null;
  }

  /** Takes the rest as it comes, and then sends the request on or answers it. */
  void follow(AsyncContext started) {
    async = started;
    in.setReadListener(this);
  }

  @Override
  public void onDataAvailable() throws IOException {
    while (!over && in.isReady() && !in.isFinished()) {
      int count = in.read(chunk);
      if (count > 0) {
        take(count);
      }
    }
    if (!over && !in.isFinished() && isTooSlow()) {
      refuse(TOO_SLOW);
      close();
    }
  }

  private void take(int count) throws IOException {
    received += count;
    if (refusal == null) {
      if (received > limits.bytes(request)) {
        refuse(limits.tooLong(request));
      } else if (!lease.take(count)) {
        refuse(BodyMemory.FULL);
      } else {
        body.write(chunk, 0, count);
      }
    } else if (received > limits.bytes(request) + MOST_DROPPED) {
      close();
    }
  }

  private void refuse(Refusal why) {
    refusal = why;
    body.reset();
    lease.giveBack();
  }

  private boolean isTooSlow() {
    double seconds = (System.nanoTime() - began - GRACE.toNanos()) / 1e9;
    return received < seconds * BYTES_PER_SECOND;
  }

  /** Answers before the end of the body, so that nothing more can be said on this connection. */
  private void close() throws IOException {
    response.setHeader("Connection", "close");
    end();
  }

  @Override
  public void onAllDataRead() throws IOException {
    if (!over) {
      end();
    }
  }

  private void end() throws IOException {
    over = true;
    if (refusal == null) {
      request.setAttribute(ARRIVED, new Complete(body, lease));
      started().dispatch();
    } else {
      refusal.answer(request, response);
      started().complete();
    }
  }

  private AsyncContext started() {
    return Objects.requireNonNull(async);
  }

  /** The connection broke, or nothing came for as long as Tomcat waits. */
  @Override
  public void onError(Throwable failure) {
    over = true;
    lease.giveBack();
    started().complete();
  }
}
