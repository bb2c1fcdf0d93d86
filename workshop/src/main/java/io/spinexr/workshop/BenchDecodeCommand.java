package io.spinexr.workshop;

import io.spinexr.app.setting.Mistake;
import io.spinexr.dicom.codec.FrameSize;
import io.spinexr.workshop.benchmark.service.DecodeBenchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Times the codecs. */
@Command(
    name = "decode",
    mixinStandardHelpOptions = true,
    description = {
      "Times the decoding of one radiograph in each transfer syntax, in turns with gdcm and"
          + " pydicom.",
      "Needs an idle machine, and Debian's dcmtk, libgdcm-tools, python3-pydicom and python3-gdcm."
    })
final class BenchDecodeCommand implements Callable<Integer> {
  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "7",
      description = "Timed runs, of which the median counts (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--width",
      paramLabel = "N",
      defaultValue = "1600",
      description = "In pixels (default: ${DEFAULT-VALUE}).")
  private int width;

  @Option(
      names = "--height",
      paramLabel = "N",
      defaultValue = "2400",
      description = "In pixels (default: ${DEFAULT-VALUE}).")
  private int height;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (rounds < 1 || width < 8 || height < 8 || width > 10_000 || height > 10_000) {
      throw new Mistake("--rounds must be at least 1, and --width and --height 8 to 10000 pixels.");
    }
    Path data = Files.createTempDirectory("spinexr-bench");
    try {
      new DecodeBenchmark(data, new FrameSize(width, height), rounds, System.out).run();
      return 0;
    } finally {
      FileSystemUtils.deleteRecursively(data);
    }
  }
}
