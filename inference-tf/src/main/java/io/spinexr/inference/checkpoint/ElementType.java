package io.spinexr.inference.checkpoint;

import java.nio.ByteBuffer;

/** Element types of stored tensors, little-endian; all are read as float. */
enum ElementType {
  FLOAT64(8, "DoubleStorage", "F64") {
    @Override
    float read(ByteBuffer buffer, int at) {
      return (float) buffer.getDouble(at);
    }
  },
  FLOAT32(4, "FloatStorage", "F32") {
    @Override
    float read(ByteBuffer buffer, int at) {
      return buffer.getFloat(at);
    }
  },
  FLOAT16(2, "HalfStorage", "F16") {
    @Override
    float read(ByteBuffer buffer, int at) {
      return half(buffer.getShort(at));
    }
  },
  BFLOAT16(2, "BFloat16Storage", "BF16") {
    @Override
    float read(ByteBuffer buffer, int at) {
      return Float.intBitsToFloat(buffer.getShort(at) << 16);
    }
  },
  INT64(8, "LongStorage", "I64") {
    @Override
    float read(ByteBuffer buffer, int at) {
      return buffer.getLong(at);
    }
  },
  INT32(4, "IntStorage", "I32") {
    @Override
    float read(ByteBuffer buffer, int at) {
      return buffer.getInt(at);
    }
  },
  INT16(2, "ShortStorage", "I16") {
    @Override
    float read(ByteBuffer buffer, int at) {
      return buffer.getShort(at);
    }
  },
  INT8(1, "CharStorage", "I8") {
    @Override
    float read(ByteBuffer buffer, int at) {
      return buffer.get(at);
    }
  },
  UINT8(1, "ByteStorage", "U8") {
    @Override
    float read(ByteBuffer buffer, int at) {
      return buffer.get(at) & 0xFF;
    }
  },
  BOOL(1, "BoolStorage", "BOOL") {
    @Override
    float read(ByteBuffer buffer, int at) {
      return buffer.get(at) == 0 ? 0 : 1;
    }
  };

  final int bytes;
  final String torchStorage;
  final String safetensorsName;

  ElementType(int bytes, String torchStorage, String safetensorsName) {
    this.bytes = bytes;
    this.torchStorage = torchStorage;
    this.safetensorsName = safetensorsName;
  }

  /** The element that starts at byte {@code at} of a little-endian buffer. */
  abstract float read(ByteBuffer buffer, int at);

  /** IEEE 754 binary16 to float. */
  private static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >> 10 & 0x1F;
    int fraction = bits & 0x3FF;
    if (exponent == 0) {
      return Math.copySign(fraction * 0x1p-24f, Float.intBitsToFloat(sign | 0x3F800000));
    }
    int wide = exponent == 0x1F ? 0xFF : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }
}
