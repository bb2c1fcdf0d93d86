package io.spinexr.dicom.file;

import io.spinexr.dicom.DataDictionary;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomCharset;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Element;
import io.spinexr.dicom.ReadLimits;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Parses an encoded data set (PS3.5 section 7) from where the buffer stands, in the buffer's byte
 * order. Values are views on the buffer.
 */
final class DataSetParser {
  private static final int DELIMITERS = 0xFFFE;
  private static final int ITEM = 0xFFFEE000;
  private static final int ITEM_END = 0xFFFEE00D;
  private static final int SEQUENCE_END = 0xFFFEE0DD;
  private static final int UNDEFINED = -1;
  private static final int PATIENT = 0x0010;

  private final ByteBuffer bytes;
  private final ReadLimits limits;
  private final Set<Integer> repeated = new LinkedHashSet<>();
  private int elements;

  DataSetParser(ByteBuffer bytes, ReadLimits limits) {
    this.bytes = bytes;
    this.limits = limits;
  }

  /**
   * How to read a data set.
   *
   * @param implicit whether representations come from the dictionary
   * @param charset of its text, until it says otherwise
   * @param signedPixels likewise, from Pixel Representation
   */
  private record Context(boolean implicit, DicomCharset charset, boolean signedPixels, int depth) {
    static Context top(boolean implicit) {
      return new Context(implicit, DicomCharset.DEFAULT, false, 0);
    }

    Context after(Element element) {
      return switch (element.tag()) {
        case Tag.SpecificCharacterSet ->
            new Context(implicit, DicomCharset.of(element.strings()), signedPixels, depth);
        case Tag.PixelRepresentation ->
            new Context(implicit, charset, element.strings().contains("1"), depth);
        default -> this;
      };
    }

    Context inside(boolean implicitItems) {
      return new Context(implicitItems, charset, signedPixels, depth + 1);
    }
  }

  private record Header(int tag, VR vr, int length) {
    boolean undefined() {
      return length == UNDEFINED;
    }
  }

  /** Reads the file meta information; the transfer syntax it names, or "" if there is none. */
  String transferSyntaxOfMeta() {
    DataSet.Builder meta = DataSet.builder();
    Context context = Context.top(startsImplicit());
    while (bytes.remaining() >= 8 && bytes.getShort(bytes.position()) == 2) {
      meta.put(element(header(context, bytes.limit()), context, bytes.limit()));
    }
    return meta.build().string(Tag.TransferSyntaxUID).orElse("");
  }

  /**
   * Whether the element at hand has no value representation. Some writers announce the one encoding
   * and write the other; as a length, two capital letters would be one of 16 kilobytes and more.
   */
  private boolean startsImplicit() {
    int at = bytes.position() + 4;
    return bytes.limit() >= at + 2 && !(isCapital(bytes.get(at)) && isCapital(bytes.get(at + 1)));
  }

  private static boolean isCapital(byte letter) {
    return letter >= 'A' && letter <= 'Z';
  }

  /** What {@link DicomFile#irregularities} says of what was read so far. */
  List<String> irregularities() {
    return repeated.stream()
        .findFirst()
        .map(
            tag ->
                "%s%s occurs more than once in its header; the first value was used"
                    .formatted(
                        Tag.describe(tag),
                        repeated.size() == 1
                            ? ""
                            : ", like %d others,".formatted(repeated.size() - 1)))
        .stream()
        .toList();
  }

  /** Reads to the end of the buffer. */
  DataSet dataSet() {
    return dataSet(Context.top(startsImplicit()), bytes.limit(), false);
  }

  /**
   * @param end where it ends at the latest
   * @param delimited whether an item delimitation ends it
   */
  private DataSet dataSet(Context outer, int end, boolean delimited) {
    DataSet.Builder dataSet = DataSet.builder();
    Context context = outer;
    int last = context.depth == 0 ? endOfContent() : end;
    while (bytes.position() < last) {
      Header header = header(context, end);
      if (header.tag == ITEM_END && delimited) {
        return dataSet.build();
      }
      Element element = element(header, context, end);
      Optional<Element> first = dataSet.find(element.tag());
      if (first.isPresent()) {
        requireSamePatient(first.get(), element);
        repeated.add(element.tag());
      } else {
        dataSet.put(element);
        context = context.after(element);
      }
    }
    if (delimited) {
      throw new DicomException("the data set is truncated: an item is not closed");
    }
    return dataSet.build();
  }

  private static void requireSamePatient(Element first, Element second) {
    if (first.tag() >>> 16 == PATIENT && !first.equals(second)) {
      throw new DicomException(
          "%s occurs twice with different values, so it is not known whose image it is"
              .formatted(Tag.describe(first.tag())));
    }
  }

  /**
   * Where the last byte ends that is more than filling: some writers complete their last block with
   * zeros, and some transfers add an end of line.
   */
  private int endOfContent() {
    int end = bytes.limit();
    while (end > bytes.position() && isFilling(bytes.get(end - 1))) {
      end--;
    }
    return end;
  }

  private static boolean isFilling(byte value) {
    return value == 0 || value == '\r' || value == '\n';
  }

  private Header header(Context context, int end) {
    requireBytes(8, end);
    int tag = bytes.getShort() << 16 | bytes.getShort() & 0xFFFF;
    if (tag >>> 16 == DELIMITERS) {
      return new Header(tag, VR.UN, bytes.getInt());
    }
    if (context.implicit) {
      return new Header(tag, DataDictionary.vr(tag, context.signedPixels), bytes.getInt());
    }
    VR vr = explicitVr(tag);
    if (!vr.hasLongLength()) {
      return new Header(tag, vr, bytes.getShort() & 0xFFFF);
    }
    requireBytes(6, end);
    bytes.getShort();
    return new Header(tag, vr, bytes.getInt());
  }

  /** A representation of the future is read as unknown: it has a long length (PS3.5 6.2). */
  private VR explicitVr(int tag) {
    byte first = bytes.get();
    byte second = bytes.get();
    if (!isCapital(first) || !isCapital(second)) {
      throw new DicomException(
          "%s has no value representation at byte %d: the data set is damaged"
              .formatted(Tag.describe(tag), bytes.position() - 2));
    }
    return VR.of("" + (char) first + (char) second).orElse(VR.UN);
  }

  private void requireBytes(int count, int end) {
    if (end - bytes.position() < count) {
      throw new DicomException(
          "the data set is truncated at byte %d, inside an element".formatted(bytes.position()));
    }
  }

  private Element element(Header header, Context context, int end) {
    countElement();
    if (header.tag >>> 16 == DELIMITERS) {
      throw new DicomException(
          "unexpected delimiter %s at byte %d"
              .formatted(Tag.describe(header.tag), bytes.position() - 8));
    }
    if (!header.undefined()) {
      requireLength(header, end);
    }
    return switch (header.vr) {
      case SQ -> new Element(header.tag, VR.SQ, items(header, context, context.implicit, end));
      case UN -> unknown(header, context, end);
      case OB, OW ->
          new Element(
              header.tag,
              header.vr,
              header.undefined() ? fragments(header, end) : raw(header, context));
      default -> {
        requireDefined(header);
        yield new Element(header.tag, header.vr, raw(header, context));
      }
    };
  }

  private void countElement() {
    if (++elements > limits.maxElements()) {
      throw new DicomException(
          "the data set has more than the limit of %d elements".formatted(limits.maxElements()));
    }
  }

  private void requireLength(Header header, int end) {
    long length = header.length & 0xFFFFFFFFL;
    if (length > end - bytes.position()) {
      throw new DicomException(
          "%s declares %d bytes but %d are left: the data set is truncated or damaged"
              .formatted(Tag.describe(header.tag), length, end - bytes.position()));
    }
  }

  private static void requireDefined(Header header) {
    if (header.undefined()) {
      throw new DicomException(
          "%s has an undefined length, which %s may not have"
              .formatted(Tag.describe(header.tag), header.vr));
    }
  }

  /**
   * What an explicit encoding calls UN is encoded as implicit little endian (PS3.5 6.2.2), so the
   * dictionary can still tell what it is.
   */
  private Element unknown(Header header, Context context, int end) {
    VR vr = DataDictionary.vr(header.tag, context.signedPixels);
    ByteOrder order = bytes.order();
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    Element element =
        vr == VR.SQ || header.undefined()
            ? new Element(header.tag, VR.SQ, items(header, context, true, end))
            : new Element(header.tag, vr, raw(header, context));
    bytes.order(order);
    return element;
  }

  private Value raw(Header header, Context context) {
    return new Value.Raw(take(header.length), bytes.order(), context.charset);
  }

  private ByteBuffer take(int length) {
    ByteBuffer taken = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    return taken;
  }

  private Value items(Header sequence, Context context, boolean implicit, int outerEnd) {
    if (context.depth >= limits.maxDepth()) {
      throw new DicomException(
          "%s is nested deeper than the limit of %d sequences"
              .formatted(Tag.describe(sequence.tag), limits.maxDepth()));
    }
    int end = sequence.undefined() ? outerEnd : bytes.position() + sequence.length;
    Context inside = context.inside(implicit);
    List<DataSet> items = new ArrayList<>();
    while (bytes.position() < end) {
      countElement();
      Header item = header(inside, end);
      if (item.tag == SEQUENCE_END && sequence.undefined()) {
        return new Value.Items(items);
      }
      requireItem(item, sequence);
      if (item.undefined()) {
        items.add(dataSet(inside, end, true));
      } else {
        requireLength(item, end);
        items.add(dataSet(inside, bytes.position() + item.length, false));
      }
    }
    if (sequence.undefined()) {
      throw notClosed(sequence);
    }
    return new Value.Items(items);
  }

  private Value fragments(Header pixelData, int end) {
    List<ByteBuffer> fragments = new ArrayList<>();
    while (bytes.position() < end) {
      countElement();
      Header item = header(Context.top(true), end);
      if (item.tag == SEQUENCE_END) {
        return new Value.Fragments(fragments);
      }
      requireItem(item, pixelData);
      requireLength(item, end);
      fragments.add(take(item.length));
    }
    throw notClosed(pixelData);
  }

  private static void requireItem(Header item, Header parent) {
    if (item.tag != ITEM) {
      throw new DicomException(
          "%s holds %s where an item must be: the data set is damaged"
              .formatted(Tag.describe(parent.tag), Tag.describe(item.tag)));
    }
  }

  private static DicomException notClosed(Header header) {
    return new DicomException(
        "the data set is truncated: %s is not closed".formatted(Tag.describe(header.tag)));
  }
}
