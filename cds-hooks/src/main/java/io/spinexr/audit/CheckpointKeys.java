package io.spinexr.audit;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys for checkpoints as {@code openssl genpkey -algorithm ed25519} and {@code pkey} write them.
 */
public final class CheckpointKeys {
  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN (PRIVATE|PUBLIC) KEY-----([A-Za-z0-9+/=\\s]+)-----END \\1 KEY-----\\s*");

  private CheckpointKeys() {}

  /**
   * @param pem PKCS #8
   * @throws IllegalArgumentException if it is no such key
   */
  public static PrivateKey privateKey(String pem) {
    try {
      return KeyFactory.getInstance("Ed25519")
          .generatePrivate(new PKCS8EncodedKeySpec(content(pem, "PRIVATE")));
    } catch (GeneralSecurityException e) {
      throw noKey("private", e);
    }
  }

  /**
   * @param pem X.509 SubjectPublicKeyInfo
   * @throws IllegalArgumentException if it is no such key
   */
  public static PublicKey publicKey(String pem) {
    try {
      return KeyFactory.getInstance("Ed25519")
          .generatePublic(new X509EncodedKeySpec(content(pem, "PUBLIC")));
    } catch (GeneralSecurityException e) {
      throw noKey("public", e);
    }
  }

  private static byte[] content(String pem, String kind) throws GeneralSecurityException {
    Matcher matcher = PEM.matcher(pem.strip());
    if (!matcher.matches() || !matcher.group(1).equals(kind)) {
      throw new GeneralSecurityException("not PEM");
    }
    return Base64.getMimeDecoder().decode(matcher.group(2));
  }

  private static IllegalArgumentException noKey(String kind, Exception cause) {
    return new IllegalArgumentException("must be a " + kind + " Ed25519 key in PEM", cause);
  }
}
