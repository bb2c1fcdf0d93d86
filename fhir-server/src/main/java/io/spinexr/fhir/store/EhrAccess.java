package io.spinexr.fhir.store;

import io.spinexr.fhir.token.BackendServices;
import java.util.Optional;

/** The token that opens the EHR's FHIR server, as it must be now. No implementation prints it. */
public interface EhrAccess {
  /**
   * Empty for a server that is open.
   *
   * @throws io.spinexr.fhir.FhirRecordException if there is none to be had now
   */
  Optional<String> token();

  /** Whether there is another token to try, after the server refused this one. */
  boolean renew(String refused);

  /** An open server. */
  static EhrAccess open() {
    return new Fixed(Optional.empty());
  }

  /** A token that never changes; keep it in the environment, not in a file. */
  static EhrAccess by(String token) {
    return new Fixed(Optional.of(token));
  }

  /** Tokens from the EHR's authorization server. */
  static EhrAccess by(BackendServices services) {
    return new Fetched(services);
  }

  /** One for ever, or none. */
  record Fixed(Optional<String> token) implements EhrAccess {
    @Override
    public boolean renew(String refused) {
      return false;
    }

    @Override
    public String toString() {
      return "Fixed[***]";
    }
  }

  /** One that is fetched when the last is over. */
  record Fetched(BackendServices services) implements EhrAccess {
    @Override
    public Optional<String> token() {
      return Optional.of(services.token());
    }

    @Override
    public boolean renew(String refused) {
      services.refused(refused);
      return true;
    }
  }
}
