package io.spinexr.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** What an element holds. Encoded bytes stay as they were read until somebody asks for them. */
public sealed interface Value {
  /**
   * Encoded bytes: a view that is never written to.
   *
   * @param order byte order of numbers in it
   * @param charset what text in it is encoded with
   */
  record Raw(ByteBuffer bytes, ByteOrder order, DicomCharset charset) implements Value {
    public Raw {
      bytes = bytes.slice().asReadOnlyBuffer().order(order);
    }

    /** A view with its own position. */
    public ByteBuffer view() {
      return bytes.duplicate().order(order);
    }
  }

  /** Text not encoded yet; an empty string is an empty value between others. */
  record Text(List<String> values) implements Value {
    public Text {
      values = List.copyOf(values);
    }
  }

  /** Items of a sequence. */
  record Items(List<DataSet> items) implements Value {
    public Items {
      items = List.copyOf(items);
    }
  }

  /** Fragments of encapsulated pixel data (PS3.5 A.4); the first is the basic offset table. */
  record Fragments(List<ByteBuffer> fragments) implements Value {
    public Fragments {
      fragments =
          fragments.stream().map(ByteBuffer::slice).map(ByteBuffer::asReadOnlyBuffer).toList();
    }
  }

  /** A value that stayed in the archive (PS3.18 F.2.2). It is kept and never fetched. */
  record BulkData(String uri) implements Value {}
}
