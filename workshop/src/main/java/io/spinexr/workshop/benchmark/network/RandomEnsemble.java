package io.spinexr.workshop.benchmark.network;

import io.spinexr.inference.Model;
import io.spinexr.inference.architecture.ModelImport;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFolder;
import io.spinexr.inference.folder.ModelManifest.Task;
import io.spinexr.inference.runtime.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Classifiers with random weights, in a folder that vanishes when they are closed. */
record RandomEnsemble(TemporaryFolder folder, List<Model> members) implements AutoCloseable {
  /**
   * @throws ModelException if an architecture is unknown or a detector
   */
  static RandomEnsemble load(List<String> architectures, Device device) {
    RandomEnsemble ensemble = new RandomEnsemble(TemporaryFolder.create(), new ArrayList<>());
    try {
      for (String architecture : architectures) {
        Path made = ensemble.folder.path().resolve(architecture);
        if (ModelImport.random(architecture, 1, made).task() != Task.CLASSIFICATION) {
          throw new ModelException(
              architecture + " is a detector; only classifiers take images in batches");
        }
        ensemble.members.add(Model.load(ModelFolder.read(made), device));
      }
      return ensemble;
    } catch (RuntimeException e) {
      ensemble.close();
      throw e;
    }
  }

  @Override
  public void close() {
    members.forEach(Model::close);
    folder.close();
  }
}
