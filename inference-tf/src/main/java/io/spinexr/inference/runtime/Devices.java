package io.spinexr.inference.runtime;

import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFolder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For each runtime on the class path the device that the options ask for, chosen when a model first
 * needs it.
 */
public final class Devices {
  private static final Logger LOG = LoggerFactory.getLogger(Devices.class);

  private static final List<NetworkRuntime> RUNTIMES =
      ServiceLoader.load(NetworkRuntime.class, Devices.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  private final DeviceOptions options;
  private final Map<NetworkRuntime, Device> chosen = new HashMap<>();

  public Devices(DeviceOptions options) {
    this.options = options;
  }

  /**
   * What a model runs on.
   *
   * @throws ModelException if not exactly one runtime knows the model's files, or its device is not
   *     usable
   */
  public synchronized Device of(ModelFolder model) {
    return chosen.computeIfAbsent(runtime(model), this::choose);
  }

  private Device choose(NetworkRuntime runtime) {
    Device device = runtime.choose(options);
    LOG.info("networks run on {}", device.description());
    return device;
  }

  private static NetworkRuntime runtime(ModelFolder model) {
    List<NetworkRuntime> able =
        RUNTIMES.stream()
            .filter(runtime -> model.manifest().files().containsKey(runtime.file()))
            .toList();
    if (able.size() != 1) {
      throw new ModelException(
          "model folder %s must have exactly one of the files %s, which say what runs it, but has %s; export or import the model again"
              .formatted(model.path(), files(RUNTIMES), files(able)));
    }
    return able.get(0);
  }

  private static String files(List<NetworkRuntime> runtimes) {
    return runtimes.stream()
        .map(NetworkRuntime::file)
        .sorted()
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
