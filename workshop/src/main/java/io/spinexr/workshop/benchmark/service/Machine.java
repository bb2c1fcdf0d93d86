package io.spinexr.workshop.benchmark.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a benchmark ran on, as Linux tells it. */
public final class Machine {
  private Machine() {}

  /** Processor, cores, memory and Java. */
  public static String description() {
    return "%s, %d cores, %s MiB memory, Java %s"
        .formatted(
            field("/proc/cpuinfo", "model name").orElse(System.getProperty("os.arch")),
            Runtime.getRuntime().availableProcessors(),
            mebibytes("/proc/meminfo", "MemTotal"),
            Runtime.version());
  }

  /** Resident memory of this process: now, and at most so far. */
  static String memory() {
    return "%s MiB now, %s MiB at most"
        .formatted(
            mebibytes("/proc/self/status", "VmRSS"), mebibytes("/proc/self/status", "VmHWM"));
  }

  private static String mebibytes(String file, String name) {
    return field(file, name)
        .map(value -> Long.toString(Long.parseLong(value.replaceAll("\\D", "")) / 1024))
        .orElse("?");
  }

  private static Optional<String> field(String file, String name) {
    try {
      return Files.readAllLines(Path.of(file)).stream()
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
