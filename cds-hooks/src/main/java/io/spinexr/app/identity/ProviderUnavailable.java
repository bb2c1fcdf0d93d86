package io.spinexr.app.identity;

import org.springframework.security.authentication.AuthenticationServiceException;

/** The identity provider cannot be asked now. The message says why, for the log. */
public final class ProviderUnavailable extends AuthenticationServiceException {
  private static final long serialVersionUID = 1L;

  ProviderUnavailable(String reason) {
    super(reason);
  }
}
