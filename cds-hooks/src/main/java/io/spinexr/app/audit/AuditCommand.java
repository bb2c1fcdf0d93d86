package io.spinexr.app.audit;

import io.spinexr.app.setting.Mistake;
import io.spinexr.audit.CheckpointKeys;
import io.spinexr.audit.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
      @Option(
              names = "--key",
              paramLabel = "FILE",
              description =
                  "Public key of spinexr.audit.key, in PEM: needed where old entries have ended.")
          @Nullable Path key,
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
    Verification verification =
        new Verification(exports, Optional.ofNullable(key).map(AuditCommand::publicKey));
    verification.problems().forEach(spec.commandLine().getOut()::println);
    spec.commandLine()
        .getOut()
        .printf(
            "%d entries, %d of them erased, %d problems%n",
            verification.entries(), verification.erased(), verification.problems().size());
    spec.commandLine().getOut().flush();
    return verification.problems().isEmpty() ? 0 : 1;
  }

  private static PublicKey publicKey(Path file) {
    try {
      return CheckpointKeys.publicKey(Files.readString(file));
    } catch (IOException e) {
      throw new Mistake("cannot read the key " + file.getFileName());
    } catch (IllegalArgumentException e) {
      throw new Mistake("the key " + file.getFileName() + " " + e.getMessage());
    }
  }
}
