package io.spinexr;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Date;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;
import java.util.stream.BaseStream;

/** Every thread has somebody who names, bounds and ends it, and the time comes from one clock. */
@AnalyzeClasses(packages = "io.spinexr", importOptions = ArchitectureTest.WithoutTestJars.class)
class ThreadsAndClocksTest {
  @ArchTest
  static final ArchRule nothingRunsOnThreadsThatBelongToNobody =
      noClasses()
          .should()
          .callMethod(CompletableFuture.class, "supplyAsync", Supplier.class)
          .orShould()
          .callMethod(CompletableFuture.class, "runAsync", Runnable.class)
          .orShould()
          .callMethod(ForkJoinPool.class, "commonPool")
          .orShould()
          .callMethod(Collection.class, "parallelStream")
          .orShould()
          .callMethodWhere(
              target(owner(assignableTo(Collection.class))).and(target(name("parallelStream"))))
          .orShould()
          .callMethodWhere(
              target(owner(assignableTo(BaseStream.class))).and(target(name("parallel"))))
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Timer.class);

  @ArchTest
  static final ArchRule theTimeIsTakenFromAClock =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(LocalDate.class, "now")
          .orShould()
          .callMethod(LocalDateTime.class, "now")
          .orShould()
          .callMethod(OffsetDateTime.class, "now")
          .orShould()
          .callMethod(ZonedDateTime.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callConstructor(Date.class);

  @ArchTest
  static final ArchRule onlyProgramsMakeAClock =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.spinexr.app..", "io.spinexr.workshop..")
          .should()
          .callMethodWhere(target(owner(assignableTo(Clock.class))).and(target(name("system"))))
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone");
}
