package io.pipeforce.dev;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which part may use which, as ARCHITECTURE.md tells it. */
class ArchitectureTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("test-kit"))
          .importPackages("io.pipeforce");

  private static final DescribedPredicate<JavaClass> SDK_API = resideInAPackage("io.pipeforce");
  private static final DescribedPredicate<JavaClass> SDK =
      SDK_API.or(resideInAPackage("io.pipeforce.internal.."));
  private static final DescribedPredicate<JavaClass> ALL_OF_OURS =
      resideInAPackage("io.pipeforce..");

  @Test
  void the_broker_uses_nothing_of_ours() {
    noClasses()
        .that()
        .resideInAPackage("io.pipeforce.broker..")
        .should()
        .dependOnClassesThat(
            ALL_OF_OURS.and(DescribedPredicate.not(resideInAPackage("io.pipeforce.broker.."))))
        .check(OURS);
  }

  @Test
  void the_sdk_uses_nothing_of_ours() {
    noClasses()
        .that(SDK)
        .should()
        .dependOnClassesThat(ALL_OF_OURS.and(DescribedPredicate.not(SDK)))
        .check(OURS);
  }

  @Test
  void images_use_nothing_of_ours() {
    noClasses()
        .that()
        .resideInAPackage("io.pipeforce.image..")
        .should()
        .dependOnClassesThat(
            ALL_OF_OURS.and(DescribedPredicate.not(resideInAPackage("io.pipeforce.image.."))))
        .check(OURS);
  }

  /** And so the light commands do not load it. */
  @Test
  void only_the_module_of_images_knows_jib() {
    noClasses()
        .that()
        .resideInAPackage("io.pipeforce..")
        .and()
        .resideOutsideOfPackage("io.pipeforce.image..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.google..")
        .check(OURS);
  }

  @Test
  void the_hub_uses_only_the_apis_of_the_sdk_and_of_images() {
    noClasses()
        .that()
        .resideInAPackage("io.pipeforce.hub..")
        .should()
        .dependOnClassesThat(
            ALL_OF_OURS.and(
                DescribedPredicate.not(
                    SDK_API.or(resideInAnyPackage("io.pipeforce.hub..", "io.pipeforce.image")))))
        .check(OURS);
  }

  @Test
  void a_cluster_is_a_platform_and_knows_only_the_apis_of_the_hub() {
    noClasses()
        .that()
        .resideInAPackage("io.pipeforce.kubernetes..")
        .should()
        .dependOnClassesThat(
            ALL_OF_OURS.and(
                DescribedPredicate.not(
                    SDK_API.or(
                        resideInAnyPackage(
                            "io.pipeforce.kubernetes..",
                            "io.pipeforce.hub",
                            "io.pipeforce.hub.ingress",
                            "io.pipeforce.hub.platform",
                            "io.pipeforce.hub.state",
                            "io.pipeforce.image")))))
        .check(OURS);
  }

  /** What is not on a cluster does not load it. */
  @Test
  void only_one_module_knows_the_client_of_kubernetes() {
    noClasses()
        .that()
        .resideInAPackage("io.pipeforce..")
        .and()
        .resideOutsideOfPackage("io.pipeforce.kubernetes..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.fabric8..")
        .check(OURS);
  }

  @Test
  void the_command_line_reaches_only_the_api_of_the_sdk() {
    noClasses()
        .that()
        .resideInAPackage("io.pipeforce.cli..")
        .should()
        .dependOnClassesThat(
            ALL_OF_OURS.and(
                DescribedPredicate.not(SDK_API.or(resideInAPackage("io.pipeforce.cli..")))))
        .check(OURS);
  }

  @Test
  void pi_dev_reaches_only_the_apis_of_the_broker_the_hub_and_the_sdk() {
    noClasses()
        .that()
        .resideInAPackage("io.pipeforce.dev..")
        .should()
        .dependOnClassesThat(
            ALL_OF_OURS.and(
                DescribedPredicate.not(
                    SDK_API.or(
                        resideInAnyPackage(
                            "io.pipeforce.broker",
                            "io.pipeforce.cli",
                            "io.pipeforce.dev..",
                            "io.pipeforce.hub",
                            "io.pipeforce.hub.platform.local",
                            "io.pipeforce.image",
                            "io.pipeforce.kubernetes")))))
        .check(OURS);
  }

  @Test
  void only_one_package_of_the_sdk_knows_the_amqp_client() {
    noClasses()
        .that()
        .resideInAPackage("io.pipeforce..")
        .and()
        .resideOutsideOfPackages("io.pipeforce.internal.amqp..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.rabbitmq..")
        .check(OURS);
  }

  @Test
  void the_packages_of_the_broker_and_of_pi_have_no_cycles() {
    slices().matching("io.pipeforce.broker.(**)").should().beFreeOfCycles().check(OURS);
    slices().matching("io.pipeforce.dev.(**)").should().beFreeOfCycles().check(OURS);
    slices().matching("io.pipeforce.hub.(**)").should().beFreeOfCycles().check(OURS);
  }

  /** The API starts the internals behind it, in bodies; among themselves they have no cycles. */
  @Test
  void the_internal_packages_of_the_sdk_have_no_cycles() {
    slices().matching("io.pipeforce.internal.(*)..").should().beFreeOfCycles().check(OURS);
  }

  @Test
  void no_internal_type_is_in_the_signature_of_an_api() {
    classes()
        .that()
        .arePublic()
        .and()
        .resideInAPackage("io.pipeforce..")
        .and()
        .resideOutsideOfPackages("..internal..", "io.pipeforce.broker.*..")
        .should(haveNoInternalTypeInTheirSignatures())
        .check(OURS);
  }

  private static ArchCondition<JavaClass> haveNoInternalTypeInTheirSignatures() {
    return new ArchCondition<>("have no internal type in their signatures") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (JavaCodeUnit unit : type.getCodeUnits()) {
          if (isApi(unit.getModifiers())) {
            Stream.concat(Stream.of(unit.getRawReturnType()), unit.getRawParameterTypes().stream())
                .filter(ArchitectureTest::isInternal)
                .forEach(used -> report(unit.getDescription(), used, events));
          }
        }
        for (JavaField field : type.getFields()) {
          if (isApi(field.getModifiers()) && isInternal(field.getRawType())) {
            report(field.getDescription(), field.getRawType(), events);
          }
        }
        Stream.concat(type.getRawSuperclass().stream(), type.getRawInterfaces().stream())
            .filter(ArchitectureTest::isInternal)
            .forEach(used -> report(type.getDescription(), used, events));
      }
    };
  }

  private static boolean isApi(java.util.Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static boolean isInternal(JavaClass type) {
    return type.getBaseComponentType().getPackageName().matches("io\\.pipeforce\\..*internal.*")
        || type.getBaseComponentType().getPackageName().startsWith("com.rabbitmq");
  }

  private static void report(String where, JavaClass used, ConditionEvents events) {
    events.add(
        SimpleConditionEvent.violated(used, where + " shows the internal " + used.getName()));
  }
}
