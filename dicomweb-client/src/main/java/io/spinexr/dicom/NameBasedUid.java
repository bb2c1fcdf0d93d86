package io.spinexr.dicom;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Makes UIDs of names: the same name always has the same UID (PS3.5 B.2). */
public final class NameBasedUid {
  private NameBasedUid() {}

  public static String of(String name) {
    return of(name.getBytes(StandardCharsets.UTF_8));
  }

  public static String of(byte[] name) {
    UUID uuid = UUID.nameUUIDFromBytes(name);
    byte[] bits =
        ByteBuffer.allocate(16)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array();
    return "2.25." + new BigInteger(1, bits);
  }
}
