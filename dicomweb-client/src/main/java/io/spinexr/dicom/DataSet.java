package io.spinexr.dicom;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The attributes of a DICOM object or of an item of a sequence, in ascending order of their tags
 * (PS3.5 section 7). Immutable. Values are decoded when they are asked for; an absent attribute and
 * one without a value both give an empty answer, and one that holds something else a {@link
 * DicomException} that names it.
 */
public final class DataSet {
  private final NavigableMap<Integer, Element> elements;

  private DataSet(NavigableMap<Integer, Element> elements) {
    this.elements = elements;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these attributes. */
  public Builder toBuilder() {
    return new Builder().putAll(this);
  }

  /** Whether the attribute is there, with or without a value. */
  public boolean contains(int tag) {
    return elements.containsKey(tag);
  }

  public Set<Integer> tags() {
    return Collections.unmodifiableSet(elements.keySet());
  }

  public Optional<VR> vr(int tag) {
    return find(tag).map(Element::vr);
  }

  /** The first value as text without padding; empty if absent or blank. */
  public Optional<String> string(int tag) {
    return strings(tag).stream().findFirst().filter(value -> !value.isEmpty());
  }

  /**
   * The first value of a code string (CS) in upper case, as PS3.5 section 6.2 wants it and some
   * writers do not; empty if absent or blank.
   */
  public Optional<String> code(int tag) {
    return string(tag).map(value -> value.toUpperCase(Locale.ROOT));
  }

  /** All values as text without padding, blank ones too: {@code ["", "LUMBAR"]}. */
  public List<String> strings(int tag) {
    return find(tag).map(Element::strings).orElse(List.of());
  }

  /**
   * The first value of an integer attribute, binary or text (IS, DS without fraction).
   *
   * @throws DicomException if it is no integer or does not fit 32 bits
   */
  public OptionalInt integer(int tag) {
    return integers(tag).stream().mapToInt(Integer::intValue).findFirst();
  }

  /**
   * @see #integer(int)
   */
  public List<Integer> integers(int tag) {
    return parsed(tag, "an integer of 32 bits", text -> new BigDecimal(text).intValueExact());
  }

  /**
   * The first value of a numeric attribute, binary or text (IS, DS).
   *
   * @throws DicomException if it is no number
   */
  public OptionalDouble decimal(int tag) {
    return decimals(tag).stream().mapToDouble(Double::doubleValue).findFirst();
  }

  /**
   * @see #decimal(int)
   */
  public List<Double> decimals(int tag) {
    return parsed(tag, "a number", Double::valueOf);
  }

  private <T> List<T> parsed(int tag, String wanted, Function<String, T> parse) {
    try {
      return strings(tag).stream()
          .filter(text -> !text.isBlank())
          .map(Numbers::requireShort)
          .map(parse)
          .toList();
    } catch (NumberFormatException | ArithmeticException e) {
      throw new DicomException(Tag.describe(tag) + " is not " + wanted, e);
    }
  }

  /** The items of a sequence; none if the attribute is absent. */
  public List<DataSet> sequence(int tag) {
    Optional<Element> found = find(tag);
    if (found.isEmpty() || found.get().value() instanceof Value.BulkData) {
      return List.of();
    }
    if (found.get().value() instanceof Value.Items items) {
      return items.items();
    }
    throw found.get().wrongKind("items");
  }

  /**
   * The value as encoded: a read-only view in the byte order that it was read in; empty for
   * encapsulated fragments and for a value that stayed in the archive.
   */
  public Optional<ByteBuffer> bytes(int tag) {
    return find(tag)
        .map(Element::value)
        .flatMap(
            value -> value instanceof Value.Raw raw ? Optional.of(raw.view()) : Optional.empty());
  }

  /**
   * Encapsulated pixel data (PS3.5 A.4): the basic offset table, then the fragments; none if the
   * value is not encapsulated. Read-only views.
   */
  public List<ByteBuffer> fragments(int tag) {
    return find(tag)
        .map(Element::value)
        .map(
            value ->
                value instanceof Value.Fragments encapsulated
                    ? encapsulated.fragments().stream().map(ByteBuffer::duplicate).toList()
                    : List.<ByteBuffer>of())
        .orElse(List.of());
  }

  /** How many bytes its values have as they were read, those of items and fragments too. */
  public long valueBytes() {
    return elements.values().stream().map(Element::value).mapToLong(DataSet::bytes).sum();
  }

  private static long bytes(Value value) {
    if (value instanceof Value.Raw raw) {
      return raw.bytes().remaining();
    }
    if (value instanceof Value.Fragments encapsulated) {
      return encapsulated.fragments().stream().mapToLong(ByteBuffer::remaining).sum();
    }
    return value instanceof Value.Items items
        ? items.items().stream().mapToLong(DataSet::valueBytes).sum()
        : 0;
  }

  public Collection<Element> elements() {
    return elements.values();
  }

  public Optional<Element> find(int tag) {
    return Optional.ofNullable(elements.get(tag));
  }

  /** The number of attributes only: a data set in a log must not tell who the patient is. */
  @Override
  public String toString() {
    return "DataSet of " + elements.size() + " attributes";
  }

  /** Collects attributes in any order. What is put again replaces what was there. */
  public static final class Builder {
    private final NavigableMap<Integer, Element> elements = new TreeMap<>(Integer::compareUnsigned);

    private Builder() {}

    /** Text values of an attribute whose representation the dictionary knows. None: no value. */
    public Builder put(int tag, String... values) {
      return put(tag, vrOf(tag), List.of(values));
    }

    /** Text values in a representation that holds text. */
    public Builder put(int tag, VR vr, List<String> values) {
      if (!vr.isString()) {
        throw new IllegalArgumentException(Tag.describe(tag) + " is " + vr + ", not text");
      }
      return put(new Element(tag, vr, new Value.Text(values)));
    }

    /** Integers, in the representation that the dictionary knows: binary, or text (IS, DS). */
    public Builder put(int tag, int... values) {
      return putNumbers(tag, vrOf(tag), Arrays.stream(values).mapToObj(Integer::valueOf).toList());
    }

    /** Numbers, in the representation that the dictionary knows: binary, or text (DS). */
    public Builder put(int tag, double... values) {
      return putNumbers(tag, vrOf(tag), Arrays.stream(values).mapToObj(Double::valueOf).toList());
    }

    /** Numbers in a representation that holds them. */
    public Builder putNumbers(int tag, VR vr, List<? extends Number> values) {
      return put(
          vr.isString()
              ? new Element(tag, vr, new Value.Text(Numbers.toText(tag, vr, values)))
              : new Element(
                  tag,
                  vr,
                  new Value.Raw(
                      Numbers.encode(tag, vr, values),
                      ByteOrder.LITTLE_ENDIAN,
                      DicomCharset.DEFAULT)));
    }

    /** A sequence. */
    public Builder putItems(int tag, List<DataSet> items) {
      return put(new Element(tag, VR.SQ, new Value.Items(items)));
    }

    /** An encoded value in little endian order. The bytes are shared, not copied. */
    public Builder putBytes(int tag, VR vr, ByteBuffer littleEndian) {
      return put(
          new Element(
              tag, vr, new Value.Raw(littleEndian, ByteOrder.LITTLE_ENDIAN, DicomCharset.DEFAULT)));
    }

    /** Encapsulated pixel data: the basic offset table (may be empty), then the fragments. */
    public Builder putFragments(int tag, List<ByteBuffer> offsetTableAndFragments) {
      return put(new Element(tag, VR.OB, new Value.Fragments(offsetTableAndFragments)));
    }

    public Builder putAll(DataSet other) {
      elements.putAll(other.elements);
      return this;
    }

    public Builder remove(int tag) {
      elements.remove(tag);
      return this;
    }

    public Builder put(Element element) {
      elements.put(element.tag(), element);
      return this;
    }

    public Optional<Element> find(int tag) {
      return Optional.ofNullable(elements.get(tag));
    }

    private VR vrOf(int tag) {
      boolean signed =
          find(Tag.PixelRepresentation).stream()
              .flatMap(element -> element.strings().stream())
              .anyMatch("1"::equals);
      return DataDictionary.vr(tag, signed);
    }

    public DataSet build() {
      NavigableMap<Integer, Element> copy = new TreeMap<>(Integer::compareUnsigned);
      copy.putAll(elements);
      return new DataSet(copy);
    }
  }
}
