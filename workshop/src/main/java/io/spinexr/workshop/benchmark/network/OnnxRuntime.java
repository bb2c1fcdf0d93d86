package io.spinexr.workshop.benchmark.network;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.Result;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.ModelOutput;
import io.spinexr.inference.folder.ModelException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A network in ONNX Runtime for Java on the processor, with images to run it on. */
final class OnnxRuntime implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final long[] shape;
  private final ByteBuffer pixels;

  /**
   * @param file exported for images of this number and size
   * @param threads per operation
   * @throws ModelException if ONNX Runtime cannot load the file
   */
  OnnxRuntime(Path file, List<GrayscaleImage> images, int threads) {
    shape = new long[] {images.size(), images.get(0).height(), images.get(0).width()};
    pixels = ByteBuffer.allocateDirect((int) (shape[0] * shape[1] * shape[2]));
    images.forEach(image -> pixels.put(image.pixels()));
    pixels.flip();
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      session = environment.createSession(file.toString(), options);
    } catch (OrtException e) {
      throw new ModelException("ONNX Runtime cannot load the export: " + e.getMessage(), e);
    }
  }

  private interface Reader<T> {
    T read(Result result) throws OrtException;
  }

  private <T> T run(Reader<T> reader) {
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(environment, pixels, shape, OnnxJavaType.UINT8);
        Result result = session.run(Map.of("image", tensor))) {
      return reader.read(result);
    } catch (OrtException e) {
      throw new ModelException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }

  /** Runs the network once and says how many seconds it took. */
  double seconds() {
    long start = System.nanoTime();
    return run(result -> (System.nanoTime() - start) / 1e9);
  }

  /** What it computes for the first image. */
  ModelOutput output() {
    return run(OnnxRuntime::output);
  }

  private static ModelOutput output(Result result) throws OrtException {
    if (result.get("logit").isPresent()) {
      return new ModelOutput(
          (double) floats(result, "probability")[0],
          (double) floats(result, "logit")[0],
          null,
          null,
          null);
    }
    float[][] corners = (float[][]) result.get("boxes").orElseThrow().getValue();
    float[] confidences = floats(result, "scores");
    long[] classes = (long[]) result.get("labels").orElseThrow().getValue();
    List<List<Double>> boxes = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < confidences.length; i++) {
      float[] box = corners[i];
      if (box[0] < box[2] && box[1] < box[3]) {
        boxes.add(List.of((double) box[0], (double) box[1], (double) box[2], (double) box[3]));
        scores.add((double) confidences[i]);
        labels.add((int) classes[i]);
      }
    }
    return new ModelOutput(null, null, boxes, scores, labels);
  }

  private static float[] floats(Result result, String name) throws OrtException {
    return (float[]) result.get(name).orElseThrow().getValue();
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new ModelException("ONNX Runtime cannot be closed: " + e.getMessage(), e);
    }
  }
}
