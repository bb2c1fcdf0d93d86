package io.spinexr.app.audit;

import io.spinexr.app.setting.Mistake;
import io.spinexr.audit.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What can be done with exports of the audit. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = "Looks after exports of the audit.")
public final class AuditCommand {
  @Spec private CommandSpec spec;

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = {
        "Tells whether an entry of the audit is missing, changed or out of order.",
        "Exports come from GET /audit/export. With earlier ones before the newest, it also tells"
            + " whether the end of a chain was cut off, or a chain written anew."
      },
      exitCodeListHeading = "%nExit status:%n",
      exitCodeList = {"0:all entries are there as they were written", "1:some are not"})
  int verify(
      @Parameters(arity = "1..*", paramLabel = "EXPORT", description = "Files, the newest last.")
          List<Path> files) {
    List<List<String>> exports = new ArrayList<>();
    for (Path file : files) {
      try {
        exports.add(Files.readAllLines(file));
      } catch (IOException e) {
        throw new Mistake("cannot read the export " + file.getFileName());
      }
    }
    Verification verification = new Verification(exports);
    verification.problems().forEach(spec.commandLine().getOut()::println);
    spec.commandLine()
        .getOut()
        .printf(
            "%d entries, %d of them erased, %d problems%n",
            verification.entries(), verification.erased(), verification.problems().size());
    spec.commandLine().getOut().flush();
    return verification.problems().isEmpty() ? 0 : 1;
  }
}
