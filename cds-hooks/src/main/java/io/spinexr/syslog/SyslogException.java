package io.spinexr.syslog;

import io.spinexr.tls.TlsProblem;
import java.io.IOException;

/** The syslog server did not take it; the message says why, and nothing of what it was. */
public final class SyslogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SyslogException(IOException cause) {
    super(TlsProblem.in(cause).orElse("it cannot be reached, or breaks off"), cause);
  }
}
