package io.spinexr.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/permissions.md has the table that requests are checked by. */
class PermissionsDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "permissions.md");
  private static final String BEGIN =
      "<!-- permissions: made from the code, see PermissionsDocumentTest -->\n";
  private static final String END = "<!-- end of permissions -->\n";

  @Test
  void listsEveryPermissionAsTheCodeHasIt() throws IOException {
    String document = Files.readString(DOCUMENT);
    int begin = document.indexOf(BEGIN) + BEGIN.length();
    String expected =
        document.substring(0, begin) + table() + document.substring(document.indexOf(END));
    Path made = Files.writeString(Path.of("target", "permissions.md"), expected);
    assertThat(document)
        .as("docs/permissions.md; the document as it should be is in %s", made)
        .isEqualTo(expected);
  }

  private static String table() {
    StringBuilder table = new StringBuilder("\n| what | action | requests | anybody |");
    Arrays.stream(Role.values())
        .forEach(role -> table.append(" ").append(role.display()).append(" |"));
    table.append("\n|---|---|---|---|").append("---|".repeat(Role.values().length)).append("\n");
    for (Permission permission : Permission.values()) {
      table.append(
          "| %s | %s | %s | %s |"
              .formatted(
                  permission.resource(),
                  permission.action(),
                  permission.requests().stream()
                      .map(request -> "`" + request + "`")
                      .collect(Collectors.joining("<br>")),
                  permission.isAnybodys() ? "yes" : ""));
      for (Role role : Role.values()) {
        table.append(" ").append(cell(permission, role)).append(" |");
      }
      table.append("\n");
    }
    return table.append("\n").toString();
  }

  private static String cell(Permission permission, Role role) {
    if (permission.isGivenTo(role)) {
      return "yes";
    }
    return permission.isGrantedTo(role) ? "if opened" : "";
  }
}
