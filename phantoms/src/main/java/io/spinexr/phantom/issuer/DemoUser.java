package io.spinexr.phantom.issuer;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * Somebody of the hospital.
 *
 * @param login user name; also the one value of the claim {@code roles}
 * @param name for people
 * @param password made anew at every start
 */
public record DemoUser(String login, String name, String password) {
  /** Whom SpineXR has no role for. */
  public static final String STRANGER = "visitor";

  private static final SecureRandom RANDOM = new SecureRandom();

  private static DemoUser of(String login, String name) {
    byte[] password = new byte[6];
    RANDOM.nextBytes(password);
    return new DemoUser(login, name, HexFormat.of().formatHex(password));
  }

  /** One of each kind that SpineXR knows, and one that it does not. */
  public static List<DemoUser> all() {
    return List.of(
        of("clinician", "Clara Clinician"),
        of("radiologist", "Ruth Radiologist"),
        of("integrator", "Ivo Integrator"),
        of("administrator", "Ada Administrator"),
        of("auditor", "Aziz Auditor"),
        of(STRANGER, "Vera Visitor"));
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "DemoUser[" + login + "]";
  }
}
