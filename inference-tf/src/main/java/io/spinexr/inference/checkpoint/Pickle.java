package io.spinexr.inference.checkpoint;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the part of Python's pickle protocol (PEP 3154, opcodes of the module {@code pickletools})
 * that checkpoints are written in. Nothing is ever executed: a global is a name on an allow-list,
 * and "calling" one builds a plain value. Anything else is refused by its name.
 */
final class Pickle {
  static final int PROTO = 0x80;

  /**
   * Pickles are no longer than this: one of a state dict takes about 100 bytes per tensor, while
   * one made to harm can fill a dozen times its size of memory.
   */
  static final int MAXIMUM_BYTES = 16 << 20;

  /** A name that a pickle may mention. */
  record Global(String name) {}

  /** A tensor as described by {@code torch._utils._rebuild_tensor_v2}. */
  record TensorDescription(Object storage, long offset, List<Long> shape, List<Long> strides) {}

  private static final Object MARK = new Object();
  private static final Object NONE = new Object();
  private static final int MAXIMUM_DEPTH = 1_000_000;
  private static final Set<String> ALLOWED =
      Set.of(
          "collections.OrderedDict",
          "collections.Counter",
          "collections.defaultdict",
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_parameter",
          "torch.Size",
          "__builtin__.set",
          "builtins.set",
          "__builtin__.int",
          "builtins.int",
          "__builtin__.list",
          "builtins.list",
          "__builtin__.dict",
          "builtins.dict");

  private final ByteBuffer in;
  private final Function<List<?>, Object> persistent;
  private final List<Object> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  private Pickle(ByteBuffer in, Function<List<?>, Object> persistent) {
    this.in = in;
    this.persistent = persistent;
  }

  /**
   * Reads one pickle from the buffer's position and leaves the position behind it.
   *
   * @param persistent what a persistent identifier (a tuple) stands for
   * @return String, Long, Double, Boolean, byte[], List (also for tuples and sets), Map, Global,
   *     TensorDescription, or what {@code persistent} returned
   */
  static Object read(ByteBuffer in, Function<List<?>, Object> persistent) {
    ByteBuffer little = in.order(ByteOrder.LITTLE_ENDIAN);
    try {
      return new Pickle(little, persistent).run();
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new CorruptCheckpoint("its pickle is truncated or damaged");
    } catch (ClassCastException | IllegalArgumentException | ArithmeticException e) {
      throw new CorruptCheckpoint("its pickle is damaged");
    }
  }

  private Object run() {
    while (true) {
      int opcode = in.get() & 0xFF;
      if (opcode == '.') {
        return pop();
      }
      step(opcode);
      if (stack.size() > MAXIMUM_DEPTH) {
        throw new CorruptCheckpoint("its pickle nests too deeply");
      }
    }
  }

  private void step(int opcode) {
    switch (opcode) {
      case PROTO -> in.get();
      case 0x95 -> in.getLong(); // FRAME
      case '(' -> mark();
      case '0' -> pop();
      case '1' -> popToMark();
      case '2' -> push(top());
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'I' -> push(integerLine(line()));
      case 'L' -> push(Long.parseLong(line().replace("L", "")));
      case 'F' -> push(Double.parseDouble(line()));
      case 'J' -> push((long) in.getInt());
      case 'K' -> push((long) (in.get() & 0xFF));
      case 'M' -> push((long) (in.getShort() & 0xFFFF));
      case 0x8a -> push(longValue(in.get() & 0xFF));
      case 0x8b -> push(longValue(in.getInt()));
      case 'G' -> push(bigEndianDouble());
      case 'X' -> push(text(in.getInt()));
      case 0x8c -> push(text(in.get() & 0xFF));
      case 0x8d -> push(text(Math.toIntExact(in.getLong())));
      case 'T' -> push(text(in.getInt()));
      case 'U' -> push(text(in.get() & 0xFF));
      case 'B' -> push(bytes(in.getInt()));
      case 'C' -> push(bytes(in.get() & 0xFF));
      case 0x8e -> push(bytes(Math.toIntExact(in.getLong())));
      case '}' -> push(new LinkedHashMap<>());
      case ']', ')', 0x8f -> push(new ArrayList<>());
      case 'a' -> appendAll(List.of(pop()));
      case 'e', 0x90 -> appendAll(popToMark());
      case 's' -> {
        Object value = pop();
        putAll(List.of(pop(), value));
      }
      case 'u' -> putAll(popToMark());
      case 't', 'l' -> push(popToMark());
      case 'd' -> {
        List<Object> items = popToMark();
        push(new LinkedHashMap<>());
        putAll(items);
      }
      case 0x85 -> push(popLast(1));
      case 0x86 -> push(popLast(2));
      case 0x87 -> push(popLast(3));
      case 'q' -> memo.put(in.get() & 0xFF, top());
      case 'r' -> memo.put(in.getInt(), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'h' -> push(remembered(in.get() & 0xFF));
      case 'j' -> push(remembered(in.getInt()));
      case 'c' -> push(global(line(), line()));
      case 0x93 -> {
        String name = (String) pop();
        push(global((String) pop(), name));
      }
      case 'R', 0x81 -> {
        List<?> arguments = (List<?>) pop();
        push(build((Global) pop(), arguments));
      }
      case 'b' -> pop(); // BUILD: attributes of an allowed container carry no tensors
      case 'Q' -> push(persistent.apply((List<?>) pop()));
      default ->
          throw new CorruptCheckpoint(
              "its pickle uses the unsupported opcode 0x%02x".formatted(opcode));
    }
  }

  private static Global global(String module, String name) {
    String full = module + "." + name;
    boolean storage = module.equals("torch") && name.matches("[A-Za-z0-9]+Storage");
    if (!storage && !ALLOWED.contains(full)) {
      throw new CorruptCheckpoint(
          "its pickle asks for '%s', which is not on the list of what a checkpoint may hold; save the bare state_dict"
              .formatted(full.length() > 100 ? full.substring(0, 100) : full));
    }
    return new Global(full);
  }

  private static Object build(Global global, List<?> arguments) {
    return switch (global.name()) {
      case "torch._utils._rebuild_tensor_v2" ->
          new TensorDescription(
              arguments.get(0),
              (Long) arguments.get(1),
              longs((List<?>) arguments.get(2)),
              longs((List<?>) arguments.get(3)));
      case "torch._utils._rebuild_parameter" -> arguments.get(0);
      case "collections.OrderedDict", "__builtin__.dict", "builtins.dict" -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        if (!arguments.isEmpty()) {
          ((List<?>) arguments.get(0)).forEach(pair -> putAll(map, (List<?>) pair));
        }
        yield map;
      }
      case "collections.Counter" -> arguments.isEmpty() ? new LinkedHashMap<>() : arguments.get(0);
      case "collections.defaultdict" -> new LinkedHashMap<>();
      case "__builtin__.int", "builtins.int" ->
          arguments.isEmpty() ? (Object) 0L : arguments.get(0);
      case "torch.Size", "__builtin__.set", "builtins.set", "__builtin__.list", "builtins.list" ->
          arguments.isEmpty() ? new ArrayList<>() : (List<?>) arguments.get(0);
      default -> throw new CorruptCheckpoint("its pickle calls " + global.name());
    };
  }

  private static List<Long> longs(List<?> values) {
    return values.stream().map(Long.class::cast).toList();
  }

  private void mark() {
    marks.push(stack.size());
    push(MARK);
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() {
    Object value = stack.remove(stack.size() - 1);
    if (value == MARK) {
      throw new CorruptCheckpoint("its pickle is damaged");
    }
    return value;
  }

  private Object top() {
    return stack.get(stack.size() - 1);
  }

  private List<Object> popLast(int count) {
    List<Object> last = stack.subList(stack.size() - count, stack.size());
    List<Object> values = new ArrayList<>(last);
    last.clear();
    return values;
  }

  private List<Object> popToMark() {
    if (marks.isEmpty()) {
      throw new CorruptCheckpoint("its pickle is damaged");
    }
    List<Object> values = popLast(stack.size() - marks.pop() - 1);
    stack.remove(stack.size() - 1);
    return values;
  }

  @SuppressWarnings("unchecked")
  private void appendAll(List<Object> items) {
    ((List<Object>) top()).addAll(items);
  }

  @SuppressWarnings("unchecked")
  private void putAll(List<Object> items) {
    putAll((Map<Object, Object>) top(), items);
  }

  /** The hash of what can contain itself could take for ever. */
  private static void putAll(Map<Object, Object> map, List<?> items) {
    for (int i = 0; i + 1 < items.size(); i += 2) {
      Object key = items.get(i);
      if (key instanceof Collection || key instanceof Map || key instanceof TensorDescription) {
        throw new CorruptCheckpoint("its pickle has a dict key that is no plain value");
      }
      map.put(key, items.get(i + 1));
    }
  }

  private Object remembered(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw new CorruptCheckpoint("its pickle is damaged");
    }
    return value;
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    for (byte b = in.get(); b != '\n'; b = in.get()) {
      line.append((char) (b & 0xFF));
    }
    return line.toString();
  }

  private static Object integerLine(String line) {
    return switch (line) {
      case "00" -> false;
      case "01" -> true;
      default -> Long.parseLong(line);
    };
  }

  /**
   * Two's complement, little-endian; a number beyond 64 bits (the legacy magic number) stays a
   * BigInteger.
   */
  private Number longValue(int length) {
    byte[] little = bytes(length);
    byte[] big = new byte[length + 1];
    for (int i = 0; i < length; i++) {
      big[length - i] = little[i];
    }
    big[0] = (byte) (length > 0 && little[length - 1] < 0 ? -1 : 0);
    BigInteger value = new BigInteger(big);
    return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
  }

  private double bigEndianDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(in.getLong()));
  }

  private String text(int length) {
    return new String(bytes(length), StandardCharsets.UTF_8);
  }

  private byte[] bytes(int length) {
    if (length < 0 || length > in.remaining()) {
      throw new CorruptCheckpoint("its pickle is truncated or damaged");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
