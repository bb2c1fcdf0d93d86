import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Lists the parts of a CycloneDX file by licence; refuses licences that nobody has looked at. */
final class Licences {
  /** One of these is enough: of several that a part names, whoever passes it on may choose. */
  private static final Set<String> ACCEPTED =
      Set.of(
          "Apache-2.0",
          "Apache Software License 2.0",
          "BSD-2-Clause",
          "BSD-3-Clause",
          "CC0-1.0",
          "EPL-2.0",
          "MIT",
          "Unicode-3.0",
          // To be passed on with their source or where it is; unchanged here, each in a jar of its own.
          "LGPL-2.1-only",
          "GNU Library or Lesser General Public License (LGPL)",
          "MPL-2.0",
          // Its notice stands in the jar.
          "BSD-4-Clause");

  private Licences() {}

  /** Takes the file and prints Markdown. */
  public static void main(String[] file) throws IOException {
    Map<String, List<String>> parts = new TreeMap<>();
    for (JsonNode part : new ObjectMapper().readTree(Path.of(file[0]).toFile()).get("components")) {
      String name = part.get("name").asText();
      List<String> licences = new ArrayList<>();
      for (JsonNode licence : part.path("licenses")) {
        JsonNode named = licence.path("license");
        licences.add(
            licence.has("expression")
                ? licence.get("expression").asText()
                : named.path("id").asText(named.path("name").asText()));
      }
      if (licences.stream().noneMatch(ACCEPTED::contains)) {
        throw new IOException(
            "the licence of %s is %s: look at it, and name it in dist/Licences.java"
                .formatted(name, licences.isEmpty() ? "not told" : licences));
      }
      parts
          .computeIfAbsent(
              String.join(", or ", licences),
              licence -> new ArrayList<>())
          .add(name + " " + part.get("version").asText());
    }
    System.out.println(
        "# Parts and their licences\n\nThe Java parts of server and workshop, by what they say of themselves."
            + " `parts.cdx.json` has hashes and addresses (CycloneDX). The licences of the Java"
            + " runtime are in `runtime/legal`.\n");
    parts.forEach(
        (licence, names) -> {
          System.out.printf("**%s**%n%n", licence);
          names.stream()
              .sorted(Comparator.naturalOrder())
              .forEach(name -> System.out.println("- " + name));
          System.out.println();
        });
  }
}
