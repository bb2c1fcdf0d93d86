package io.spinexr.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

class CommandOptionsTest {
  /** NullAway takes picocli's word that its fields are set. */
  @Test
  void aFieldMayBeNullExactlyWhereNobodyHasToGiveTheOption() {
    List<ArgSpec> arguments =
        commands(Workshop.commandLine()).flatMap(CommandOptionsTest::ofFields).toList();

    assertThat(arguments)
        .hasSizeGreaterThan(30)
        .allSatisfy(
            argument ->
                assertThat(
                        ((Field) argument.userObject())
                            .getAnnotatedType()
                            .isAnnotationPresent(Nullable.class))
                    .as(argument.toString())
                    .isEqualTo(mayBeLeftOut(argument)));
  }

  private static Stream<CommandLine> commands(CommandLine command) {
    return Stream.concat(
        Stream.of(command),
        command.getSubcommands().values().stream().flatMap(CommandOptionsTest::commands));
  }

  private static Stream<ArgSpec> ofFields(CommandLine command) {
    return command.getCommandSpec().args().stream()
        .filter(
            argument ->
                argument.userObject() instanceof Field field
                    && field.getDeclaringClass().getPackageName().startsWith("io.spinexr"));
  }

  private static boolean mayBeLeftOut(ArgSpec argument) {
    return !argument.required()
        && argument.defaultValue() == null
        && argument.initialValue() == null
        && !argument.type().isPrimitive();
  }
}
