package io.spinexr.inference;

import io.spinexr.finding.ModelVersion;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelFolder;
import io.spinexr.inference.folder.ModelManifest;
import io.spinexr.inference.runtime.Contract;
import io.spinexr.inference.runtime.Device;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.inference.runtime.Devices;
import io.spinexr.inference.runtime.Network;
import io.spinexr.inference.runtime.NetworkException;
import io.spinexr.inference.runtime.Tensor;
import io.spinexr.inference.runtime.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/** A loaded network that keeps the {@link Contract}. May be used from several threads at once. */
public final class Model implements AutoCloseable {
  private final ModelFolder description;
  private final Device device;
  private final Network network;
  // A network must not be closed while a call is under way.
  private final ReadWriteLock open = new ReentrantReadWriteLock();
  private boolean closed;

  private Model(ModelFolder description, Device device, Network network) {
    this.description = description;
    this.device = device;
    this.network = network;
  }

  /** Loads a model folder on what the options choose. */
  public static Model load(Path folder, DeviceOptions options) {
    ModelFolder description = ModelFolder.read(folder);
    return load(description, new Devices(options).of(description));
  }

  /**
   * Loads a model after checking its files against the manifest.
   *
   * @throws ModelException if a part is missing, changed or not as the contract wants it
   */
  public static Model load(ModelFolder description, Device device) {
    ModelFiles.verify(description.path(), description.manifest());
    Network network = device.load(description);
    try {
      Contract.check(description, network);
    } catch (ModelException e) {
      network.close();
      throw e;
    }
    return new Model(description, device, network);
  }

  public Path folder() {
    return description.path();
  }

  public ModelManifest manifest() {
    return description.manifest();
  }

  /** Name, version and hash, for reports. */
  public ModelVersion version() {
    return description.version();
  }

  /** What the network runs on. */
  public Device device() {
    return device;
  }

  /**
   * Whether images of any size can be run together once they are prepared: they then have one size,
   * and the network leaves their number open.
   */
  public boolean takesBatches() {
    Optional<List<Integer>> image =
        Optional.ofNullable(network.inputs().get(Network.IMAGE)).flatMap(TensorType::shape);
    return manifest().preparesToOneSize() && image.map(shape -> shape.get(0) < 0).orElse(true);
  }

  /**
   * Runs the network.
   *
   * @param images of one size
   * @param reader takes what it needs out of the outputs
   * @throws ModelException if the runtime fails, the reader refuses the outputs by an {@link
   *     IllegalArgumentException}, or the model is closed
   */
  public <T> T run(List<GrayscaleImage> images, Function<Outputs, T> reader) {
    open.readLock().lock();
    try {
      if (closed) {
        throw new ModelException("the model in %s is closed".formatted(folder()));
      }
      return reader.apply(
          new Outputs(network.run(tensor(images), Contract.outputs(manifest().task()))));
    } catch (NetworkException | IllegalArgumentException e) {
      throw new ModelException(
          "the model in %s failed on %d images of %d x %d pixels: %s"
              .formatted(
                  folder(),
                  images.size(),
                  images.get(0).width(),
                  images.get(0).height(),
                  e.getMessage()),
          e);
    } finally {
      open.readLock().unlock();
    }
  }

  private static Tensor.Bytes tensor(List<GrayscaleImage> images) {
    GrayscaleImage first = images.get(0);
    return new Tensor.Bytes(
        List.of(images.size(), first.height(), first.width()),
        images.size() == 1 ? first.pixels() : joined(images));
  }

  private static byte[] joined(List<GrayscaleImage> images) {
    int size = images.get(0).pixels().length;
    byte[] all = new byte[size * images.size()];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.get(i).pixels(), 0, all, i * size, size);
    }
    return all;
  }

  /** Waits for calls under way, then frees the network. */
  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        network.close();
      }
    } finally {
      open.writeLock().unlock();
    }
  }
}
