package io.spinexr.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;

/**
 * Where a chain begins whose older entries have ended: signed, so that whoever can write to the
 * database alone cannot cut a chain.
 *
 * @param checkpoint the chain
 * @param number of the last entry that has ended
 * @param link of that entry
 * @param at when they ended, ISO 8601
 * @param signature Ed25519 (RFC 8032) of what stands before it, in Base64
 */
public record Checkpoint(String checkpoint, long number, String link, String at, String signature) {

  static Checkpoint of(ResultSet row) throws SQLException {
    return new Checkpoint(
        row.getString(1), row.getLong(2), row.getString(3), row.getString(4), row.getString(5));
  }

  static Checkpoint signed(String chain, long number, String link, String at, PrivateKey key) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key);
      signature.update(text(chain, number, link, at));
      String signed = Base64.getEncoder().encodeToString(signature.sign());
      return new Checkpoint(chain, number, link, at, signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("spinexr.audit.key cannot sign", e);
    }
  }

  boolean isSignedBy(PublicKey key) {
    try {
      Signature verified = Signature.getInstance("Ed25519");
      verified.initVerify(key);
      verified.update(text(checkpoint, number, link, at));
      return verified.verify(Base64.getDecoder().decode(signature));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  private static byte[] text(String chain, long number, String link, String at) {
    return String.join("\n", "checkpoint", chain, Long.toString(number), link, at)
        .getBytes(StandardCharsets.UTF_8);
  }
}
