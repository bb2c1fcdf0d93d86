package io.spinexr.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.app.setting.Mistake;
import io.spinexr.finding.LesionType;
import io.spinexr.inference.Model;
import io.spinexr.inference.ModelOutput;
import io.spinexr.inference.folder.ModelException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Runs one network on image files. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs one network on images and prints its raw outputs.",
      "Images are DICOM or 8-bit grey PNG files. Each gets one line of JSON: probability and logit,"
          + " or boxes (xmin, ymin, xmax, ymax in pixels of the file), scores, labels (class index)"
          + " and types, or what an image check says."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:every image was run", "1:some were not; their lines say why"})
final class ModelsRunCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin private ModelFolders folders;

  @Parameters(index = "0", paramLabel = "NAME", description = "Name or folder of a model.")
  private String name;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "IMAGE", description = "Files.")
  private List<Path> images;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws JsonProcessingException {
    int status = 0;
    try (Model model = Model.load(folders.find(name), device.options())) {
      for (Path image : images) {
        ObjectNode line = JSON.createObjectNode().put("image", image.toString());
        try {
          line.setAll(output(model, image));
        } catch (Mistake | ModelException e) {
          line.put("error", e.getMessage());
          status = 1;
        }
        System.out.println(JSON.writeValueAsString(line));
      }
    }
    return status;
  }

  private static ObjectNode output(Model model, Path image) {
    ModelOutput output =
        ModelOutput.of(model, ImageFile.read(image, model.manifest().imagePreprocessing()));
    ObjectNode json = JSON.valueToTree(output);
    if (output.labels() != null) {
      List<LesionType> types = model.manifest().lesionTypes();
      json.putPOJO(
          "types", output.labels().stream().map(types::get).map(LesionType::code).toList());
    }
    return json;
  }
}
