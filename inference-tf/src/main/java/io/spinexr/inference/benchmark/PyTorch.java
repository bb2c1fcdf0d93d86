package io.spinexr.inference.benchmark;

import io.spinexr.inference.DeviceOptions.Kind;
import io.spinexr.inference.ModelException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One of torchvision's networks in a Python process that runs it whenever it is asked to. The
 * script beside this class says how the two talk.
 */
final class PyTorch implements AutoCloseable {
  private final Process process;
  private final Writer requests;
  private final BufferedReader answers;
  private final double multiplications;

  private PyTorch(Process process) {
    this.process = process;
    this.requests =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.multiplications = number();
  }

  /**
   * Builds the network with random weights and runs it once.
   *
   * @return empty if torchvision has no such network
   * @throws ModelException if Python, PyTorch or torchvision is missing or fails
   */
  static Optional<PyTorch> start(
      Path python, String network, int batch, int height, int width, int threads, Kind device) {
    if (!network.matches("(densenet|retinanet-r50|faster-rcnn-r50).*")) {
      return Optional.empty();
    }
    try (InputStream script = PyTorch.class.getResourceAsStream("torchvision_network.py")) {
      Process process =
          new ProcessBuilder(
                  python.toString(),
                  "-c",
                  new String(script.readAllBytes(), StandardCharsets.UTF_8),
                  network,
                  Integer.toString(batch),
                  Integer.toString(height),
                  Integer.toString(width),
                  Integer.toString(threads),
                  device == Kind.GPU ? "cuda" : "cpu")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      return Optional.of(new PyTorch(process));
    } catch (IOException e) {
      throw new ModelException("%s cannot be run: %s".formatted(python, e.getMessage()), e);
    }
  }

  /** Multiply-add operations in one run. */
  double multiplications() {
    return multiplications;
  }

  /** Runs the network once and says how many seconds it took. */
  double seconds() {
    try {
      requests.write("run\n");
      requests.flush();
    } catch (IOException e) {
      throw new ModelException("the Python process ended: " + e.getMessage(), e);
    }
    return number();
  }

  private double number() {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new ModelException(
            "PyTorch cannot run here; on Debian: sudo apt-get install python3-torch"
                + " python3-torchvision, or leave --pytorch out");
      }
      return Double.parseDouble(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
