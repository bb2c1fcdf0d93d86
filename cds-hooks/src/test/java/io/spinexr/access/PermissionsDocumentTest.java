package io.spinexr.access;

import io.spinexr.GeneratedDocument;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/permissions.md has the table that requests are checked by. */
class PermissionsDocumentTest {
  private static final String BEGIN =
      "<!-- permissions: made from the code, see PermissionsDocumentTest -->\n";
  private static final String END = "<!-- end of permissions -->\n";

  @Test
  void listsEveryPermissionAsTheCodeHasIt() throws IOException {
    new GeneratedDocument("permissions", BEGIN, END).assertHas(table());
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
