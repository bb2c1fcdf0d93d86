package io.spinexr.erasure;

import io.spinexr.study.PatientIdentifier;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Stands for a patient's identifier in the record of an erasure. Whoever knows the identifier can
 * see that it is the one; trying all identifiers of a hospital takes days. PBKDF2 with HMAC-SHA-256
 * (RFC 8018, section 5.2), with a salt for each.
 */
final class PatientDigest {
  /** As OWASP's Password Storage Cheat Sheet has it for this function. */
  static final int ROUNDS = 600_000;

  private static final int BITS = 256;
  private static final int SALT_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private PatientDigest() {}

  /**
   * {@code pbkdf2-sha256:<rounds>:<salt>:<digest>}, in hexadecimal, of system, line feed, value.
   */
  static String of(PatientIdentifier patient) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    return of(patient, salt);
  }

  static String of(PatientIdentifier patient, byte[] salt) {
    String text = patient.system() + "\n" + patient.value();
    try {
      byte[] digest =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(new PBEKeySpec(text.toCharArray(), salt, ROUNDS, BITS))
              .getEncoded();
      HexFormat hex = HexFormat.of();
      return "pbkdf2-sha256:%d:%s:%s".formatted(ROUNDS, hex.formatHex(salt), hex.formatHex(digest));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no PBKDF2", e);
    }
  }
}
