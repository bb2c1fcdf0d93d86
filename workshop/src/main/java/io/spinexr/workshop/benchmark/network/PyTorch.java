package io.spinexr.workshop.benchmark.network;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.ModelOutput;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.runtime.DeviceOptions.Kind;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A network with random weights in a Python process that runs it whenever it is asked to. The
 * script {@code timed_network.py} beside this class says how the two talk.
 */
final class PyTorch implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SCRIPTS =
      List.of("timed_network.py", "networks.py", "sparse_rcnn.py", "efficientdet.py");

  private final Path folder;
  private final Process process;
  private final Writer requests;
  private final BufferedReader answers;

  /** Every field that an answer may have. */
  private record Answer(
      String error, Double multiplications, ModelOutput outputs, Double seconds, String problem) {}

  /**
   * What one run does.
   *
   * @param multiplications multiply-add operations
   * @param output for one of the images
   */
  record Run(double multiplications, ModelOutput output) {}

  private PyTorch(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
    this.requests =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Builds the network and writes its weights.
   *
   * @param radiograph of which the weights make sane signals
   * @param folder for scripts, weights and images, which stays the caller's to remove
   * @throws ModelException if Python, PyTorch or torchvision is missing or fails
   */
  static PyTorch start(
      Path python,
      String network,
      GrayscaleImage radiograph,
      Path folder,
      int threads,
      Kind device) {
    try {
      for (String script : SCRIPTS) {
        try (InputStream source = PyTorch.class.getResourceAsStream(script)) {
          Files.copy(source, folder.resolve(script));
        }
      }
      PyTorch started =
          new PyTorch(
              folder,
              new ProcessBuilder(
                      python.toString(),
                      folder.resolve(SCRIPTS.get(0)).toString(),
                      network,
                      folder.toString(),
                      Integer.toString(threads),
                      device == Kind.GPU ? "cuda" : "cpu")
                  .redirectError(ProcessBuilder.Redirect.INHERIT)
                  .start());
      started.write(radiograph);
      started.ask("make %d %d".formatted(radiograph.height(), radiograph.width()));
      return started;
    } catch (IOException e) {
      throw new ModelException("%s cannot be run: %s".formatted(python, e.getMessage()), e);
    }
  }

  /** The weights in the layout of published checkpoints. */
  Path checkpoint() {
    return folder.resolve("checkpoint.pth");
  }

  /** From now on, runs take so many copies of this image. */
  Run take(GrayscaleImage image, int count) {
    write(image);
    Answer answer = ask("image %d %d %d".formatted(count, image.height(), image.width()));
    return new Run(answer.multiplications(), answer.outputs());
  }

  private void write(GrayscaleImage image) {
    try {
      Files.write(folder.resolve("image.raw"), image.pixels());
    } catch (IOException e) {
      throw new ModelException("cannot write to %s: %s".formatted(folder, e), e);
    }
  }

  /**
   * Exports the network for the images that were taken last.
   *
   * @throws ModelException if PyTorch cannot
   */
  Path onnx() {
    String problem = ask("onnx").problem();
    if (problem != null) {
      throw new ModelException("no ONNX export: " + problem);
    }
    return folder.resolve("network.onnx");
  }

  /** Runs the network once and says how many seconds it took. */
  double seconds() {
    return ask("run").seconds();
  }

  private Answer ask(String request) {
    try {
      requests.write(request + "\n");
      requests.flush();
    } catch (IOException e) {
      // It has ended; its last words can still be read.
    }
    return answer();
  }

  private Answer answer() {
    Answer answer;
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new ModelException("the Python process failed; what it said stands above");
      }
      answer = JSON.readValue(line, Answer.class);
    } catch (IOException e) {
      throw new ModelException("the Python process cannot be understood: " + e.getMessage(), e);
    }
    if (answer.error() != null) {
      throw new ModelException(
          "PyTorch cannot run here: %s; on Debian: sudo apt-get install python3-torch python3-torchvision, or leave --pytorch out"
              .formatted(answer.error()));
    }
    return answer;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
