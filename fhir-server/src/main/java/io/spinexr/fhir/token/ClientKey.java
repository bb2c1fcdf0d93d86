package io.spinexr.fhir.token;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.text.ParseException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The private key by which this server proves itself to an authorization server: RS384 with RSA of
 * at least 2048 bits, ES384 with P-384 (SMART Backend Services, section "Asymmetric
 * Authentication").
 */
public final class ClientKey {
  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN PRIVATE KEY-----(.*)-----END PRIVATE KEY-----\\s*", Pattern.DOTALL);
  private static final int LEAST_RSA_BITS = 2048;

  private final JWK key;

  private ClientKey(JWK key) {
    this.key = key;
  }

  /**
   * @param text a JSON Web Key (RFC 7517) with its private part, or an RSA key in PEM (PKCS #8)
   * @throws IllegalArgumentException if it is neither, or too weak
   */
  public static ClientKey parse(String text) {
    try {
      Matcher pem = PEM.matcher(text.strip());
      return new ClientKey(complete(pem.matches() ? rsa(pem.group(1)) : JWK.parse(text)));
    } catch (ParseException | GeneralSecurityException | JOSEException | RuntimeException e) {
      // Without the cause, which may quote the key.
      throw new IllegalArgumentException(
          "the key must be an RSA private key of at least 2048 bits in PEM (PKCS #8), or a JSON Web"
              + " Key with its private part, RSA or EC P-384");
    }
  }

  private static RSAKey rsa(String base64) throws GeneralSecurityException {
    KeyFactory keys = KeyFactory.getInstance("RSA");
    PrivateKey secret =
        keys.generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
    RSAPrivateCrtKey parts = (RSAPrivateCrtKey) secret;
    RSAPublicKey open =
        (RSAPublicKey)
            keys.generatePublic(
                new RSAPublicKeySpec(parts.getModulus(), parts.getPublicExponent()));
    return new RSAKey.Builder(open).privateKey(secret).build();
  }

  /** With the name and the algorithm that everybody is told. */
  private static JWK complete(JWK key) throws JOSEException {
    String name = key.getKeyID() == null ? key.computeThumbprint().toString() : key.getKeyID();
    if (key instanceof RSAKey rsa && rsa.isPrivate() && rsa.size() >= LEAST_RSA_BITS) {
      return new RSAKey.Builder(rsa)
          .keyID(name)
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.RS384)
          .build();
    }
    if (key instanceof ECKey ec && ec.isPrivate() && ec.getCurve().equals(Curve.P_384)) {
      return new ECKey.Builder(ec)
          .keyID(name)
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.ES384)
          .build();
    }
    throw new IllegalArgumentException("not a key that SMART Backend Services know");
  }

  /** The public part as a JSON Web Key Set, for whoever has to check what is signed with it. */
  public String publicKeys() {
    return new JWKSet(key.toPublicJWK()).toString();
  }

  String sign(JWTClaimsSet claims) {
    try {
      Algorithm algorithm = key.getAlgorithm();
      SignedJWT jwt =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.parse(algorithm.getName()))
                  .type(JOSEObjectType.JWT)
                  .keyID(key.getKeyID())
                  .build(),
              claims);
      jwt.sign(signer());
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("a checked key cannot sign", e);
    }
  }

  private JWSSigner signer() throws JOSEException {
    return key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner((ECKey) key);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "ClientKey[" + key.getKeyID() + "]";
  }
}
