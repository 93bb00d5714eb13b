// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.nio.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rules of the house, for a tree of packages laid out like {@code org.mindeye}. */
final class ArchitectureRules {
  /** Modules that know core and formats and nothing of each other. */
  private static final List<String> SIBLINGS =
      List.of("losses", "prior", "lowlevel", "data", "retrieval", "evaluation");

  /** Closeable and public, but without a lifetime of their own, and why. */
  private static final Map<String, String> WITHOUT_LIFETIME =
      Map.of(
          "core.engine.CallScope", "belongs to the thread that opened it",
          "core.optim.StepScope", "belongs to the thread that opened it",
          "retrieval.ExactIndex$Builder", "fills an index in one thread",
          "training.MindEyeModel", "its networks have one each",
          "training.SingleNetwork", "its network has one",
          "training.clip.ClipTowers", "its networks have one each");

  private static final String LIFETIME = "org.mindeye.core.engine.Lifetime";
  private static final String JMH_STATE = "org.openjdk.jmh.annotations.State";

  private final String root;

  private ArchitectureRules(String root) {
    this.root = root;
  }

  /** All rules by name, for the packages below {@code root}. */
  static Map<String, ArchRule> below(String root) {
    ArchitectureRules house = new ArchitectureRules(root);
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    SIBLINGS.forEach(module -> rules.put(module + " knows core only", house.knowsCoreOnly(module)));
    rules.put("core knows no other module", house.coreIsAlone());
    rules.put("formats know no other module", house.formatsAreAlone());
    rules.put("formats know no engine", house.formatsKnowNoEngine());
    rules.put("diffusion is arithmetic", house.diffusionKnowsNoEngine());
    rules.put("packages are free of cycles", house.freeOfCycles());
    rules.put("internal stays internal", house.internalStaysInternal());
    rules.put("internals are not copied", house.internalsAreNotCopied());
    rules.put("the JNI is for core's internals", house.only("core.internal", "ai.djl.pytorch.."));
    rules.put("JNA is for core's internals", house.only("core.internal", "com.sun.jna.."));
    rules.put("HDF5 is for data.hdf5", house.only("data.hdf5", "io.jhdf.."));
    rules.put("MAT files are for data.matlab", house.only("data.matlab", "us.hebi.matlab.."));
    rules.put("JVector is for retrieval", house.only("retrieval", "io.github.jbellis.."));
    rules.put("libraries do not print", house.librariesDoNotPrint());
    rules.put("errors are not dumped", house.noBareStackTraces());
    rules.put("no ambient locale or charset", house.noAmbientText());
    rules.put("no ambient randomness", house.noAmbientRandomness());
    rules.put("no generator classes", house.noGeneratorClasses());
    rules.put("no engine randomness", house.noEngineRandomness());
    rules.put("the engine's seed is core.random's", house.noEngineSeed());
    rules.put("factors outlive the forward pass", house.factorsOutliveTheForwardPass());
    rules.put("data outlive the forward pass", house.dataOutliveTheForwardPass());
    rules.put("bfloat16 stays away from DJL", Bfloat16Rule.below(root));
    rules.put("steps read through Readback", ReadbackRule.below(root));
    rules.put("documents have one reader", DocumentRule.below(root));
    rules.put("public classes are final", house.publicClassesAreFinal());
    rules.put("no optional parameters", house.noOptionalParameters());
    rules.put("configurations are records", house.configurationsAreRecords());
    rules.put("native memory has a lifetime", house.nativeMemoryHasALifetime());
    rules.put(
        "exceptions say what failed",
        GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS);
    rules.put("exceptions are of one family", ExceptionRules.ofOneFamily());
    rules.put(
        "exceptions have a family",
        ExceptionRules.thrownByName(house.in("cli"), house.in("testkit")));
    rules.putAll(SignatureRules.all());
    return rules;
  }

  private String in(String module) {
    return root + "." + module + "..";
  }

  private ArchRule knowsCoreOnly(String module) {
    return noClasses()
        .that()
        .resideInAPackage(in(module))
        .should()
        .dependOnClassesThat(
            resideInAPackage(root + "..")
                .and(not(resideInAPackage(in(module))))
                .and(not(belowAll()))
                .and(not(resideInAPackage(in("core")))))
        .allowEmptyShould(true);
  }

  private ArchRule coreIsAlone() {
    return noClasses()
        .that()
        .resideInAPackage(in("core"))
        .should()
        .dependOnClassesThat(
            resideInAPackage(root + "..")
                .and(not(belowAll()))
                .and(not(resideInAPackage(in("core")))));
  }

  /** Files of numbers are of use without an engine, and without us. */
  private ArchRule formatsAreAlone() {
    return noClasses()
        .that(belowAll())
        .should()
        .dependOnClassesThat(resideInAPackage(root + "..").and(not(belowAll())));
  }

  private ArchRule formatsKnowNoEngine() {
    return noClasses()
        .that(belowAll())
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl..", "com.sun.jna..");
  }

  /** Noise schedules and solvers are numbers, for samplers on any kind of tensor. */
  private ArchRule diffusionKnowsNoEngine() {
    return noClasses()
        .that()
        .resideInAPackage(in("prior.diffusion"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl..", "com.sun.jna..", in("core"));
  }

  /** The formats and what stands beside them: the exceptions of all modules. */
  private DescribedPredicate<JavaClass> belowAll() {
    return resideInAnyPackage(root, in("formats"));
  }

  private ArchRule freeOfCycles() {
    return slices().matching(root + ".(**)").should().beFreeOfCycles();
  }

  private ArchRule internalStaysInternal() {
    return classes()
        .that()
        .arePublic()
        .and()
        .resideOutsideOfPackage("..internal..")
        .should(new HideInternalTypes());
  }

  /** The examples are what users begin with, and users have the public API alone. */
  private ArchRule internalsAreNotCopied() {
    return noClasses()
        .that()
        .resideInAPackage(in("examples"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(root + "..internal..");
  }

  private ArchRule only(String home, String library) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(in(home))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }

  private ArchRule librariesDoNotPrint() {
    return noClasses()
        .that(not(commandLineOf(in("cli"), in("examples"), in("bench"))))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err");
  }

  /** Classes that are started from a shell: they, or the class around them, have a main method. */
  private static DescribedPredicate<JavaClass> commandLineOf(String... packages) {
    return resideInAnyPackage(packages)
        .and(
            DescribedPredicate.describe(
                "are started from a shell",
                type -> {
                  JavaClass outer = type;
                  while (outer.getEnclosingClass().isPresent()) {
                    outer = outer.getEnclosingClass().get();
                  }
                  return outer.tryGetMethod("main", String[].class).isPresent()
                      || outer.isAnnotatedWith("picocli.CommandLine$Command");
                }));
  }

  private ArchRule noBareStackTraces() {
    return noClasses()
        .should()
        .callMethodWhere(
            DescribedPredicate.<JavaMethodCall>describe(
                "prints a stack trace to stderr",
                call ->
                    call.getName().equals("printStackTrace")
                        && call.getTargetOwner().isAssignableTo(Throwable.class)
                        && call.getTarget().getRawParameterTypes().isEmpty()));
  }

  private ArchRule noAmbientText() {
    return noClasses().should().accessTargetWhere(new AmbientText());
  }

  private ArchRule noAmbientRandomness() {
    return noClasses()
        .should()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(StrictMath.class, "random")
        .orShould()
        .callMethod(java.util.Collections.class, "shuffle", List.class);
  }

  private ArchRule noGeneratorClasses() {
    return noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.util\\.(Random|SplittableRandom|concurrent\\.ThreadLocalRandom)"
                + "|java\\.security\\.SecureRandom");
  }

  private ArchRule noEngineRandomness() {
    return noClasses()
        .should()
        .callMethodWhere(
            target(owner(assignableTo(NDManager.class)))
                .and(target(nameMatching("random.*|truncatedNormal"))));
  }

  private ArchRule noEngineSeed() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(in("core.random"))
        .should()
        .callMethodWhere(
            target(owner(assignableTo(Engine.class))).and(target(name("setRandomSeed"))));
  }

  /**
   * {@code x.mul(3)} wraps a heap buffer which autograd may read after it was collected: gradients
   * are silently wrong then. {@code Torch.scalar} has native memory of its own.
   */
  private ArchRule factorsOutliveTheForwardPass() {
    return noClasses()
        .should()
        .callMethodWhere(
            DescribedPredicate.<JavaMethodCall>describe(
                "takes a Number as a factor",
                call ->
                    call.getTargetOwner().isAssignableTo(NDArray.class)
                        && call.getName().matches("(mul|div|pow)i?|maximum|minimum")
                        && call.getTarget()
                            .getRawParameterTypes()
                            .get(0)
                            .isEquivalentTo(Number.class)));
  }

  /**
   * {@code NDManager.create} wraps Java memory, which autograd may read after it was collected.
   * {@code Torch.copy} copies. The exceptions copy what they wrapped at once, or show DJL's own way
   * of inference.
   */
  private ArchRule dataOutliveTheForwardPass() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(in("core.engine"), in("core.internal"), in("examples"))
        .and()
        .doNotHaveFullyQualifiedName(root + ".core.nn.Declaration")
        .and()
        .doNotHaveFullyQualifiedName(root + ".core.weights.TensorTransfer")
        .and(not(resideInAPackage(in("testkit"))))
        .should()
        .callMethodWhere(
            DescribedPredicate.<JavaMethodCall>describe(
                "wraps Java memory in a tensor",
                call ->
                    call.getTargetOwner().isAssignableTo(NDManager.class)
                        && call.getName().equals("create")
                        && isJavaMemory(call.getTarget().getRawParameterTypes().get(0))));
  }

  private static boolean isJavaMemory(JavaClass type) {
    return type.isArray() || type.isAssignableTo(Buffer.class);
  }

  private ArchRule publicClassesAreFinal() {
    return classes()
        .that()
        .arePublic()
        .and()
        .areNotInterfaces()
        .and()
        .areNotEnums()
        .and()
        .doNotHaveModifier(JavaModifier.ABSTRACT)
        .and()
        .areNotAssignableTo(root + ".MindEyeException")
        .and(not(extendedByJmh()))
        .should()
        .haveModifier(JavaModifier.FINAL);
  }

  /** JMH generates subclasses of benchmarks and their states. */
  private DescribedPredicate<JavaClass> extendedByJmh() {
    return resideInAPackage(in("bench"))
        .and(
            DescribedPredicate.describe(
                "are states of JMH",
                type ->
                    type.tryGetAnnotationOfType(JMH_STATE).isPresent()
                        || type.getAllRawSuperclasses().stream()
                            .anyMatch(s -> s.tryGetAnnotationOfType(JMH_STATE).isPresent())));
  }

  /** Memory that is freed while another thread reads it ends the JVM: its owner waits for calls. */
  private ArchRule nativeMemoryHasALifetime() {
    return classes()
        .that()
        .arePublic()
        .and()
        .areNotInterfaces()
        .and()
        .areAssignableTo(AutoCloseable.class)
        .and(not(resideInAnyPackage(in("cli"), in("examples"), in("bench"), in("testkit"))))
        .and(
            DescribedPredicate.describe(
                "own native memory", type -> type.getAllFields().stream().anyMatch(this::owns)))
        .and(
            DescribedPredicate.describe(
                "are not on the list of those that need none",
                type -> !WITHOUT_LIFETIME.containsKey(nameBelowRoot(type))))
        .should(
            ArchCondition.from(
                DescribedPredicate.describe(
                    "run their calls inside a Lifetime", ArchitectureRules::usesLifetime)));
  }

  private static boolean usesLifetime(JavaClass type) {
    return type.getClassHierarchy().stream()
        .flatMap(each -> each.getDirectDependenciesFromSelf().stream())
        .anyMatch(used -> used.getTargetClass().getName().startsWith(LIFETIME));
  }

  private boolean owns(JavaField field) {
    JavaClass type = field.getRawType();
    return type.isAssignableTo(NDManager.class)
        || type.isAssignableTo(NDArray.class)
        || type.isAssignableTo(Block.class)
        || type.isAssignableTo(Parameter.class)
        || (type.isAssignableTo(AutoCloseable.class) && type.getPackageName().startsWith(stages()));
  }

  private String stages() {
    return root + ".core.pipeline";
  }

  private String nameBelowRoot(JavaClass type) {
    return type.getName().substring(root.length() + 1);
  }

  private ArchRule noOptionalParameters() {
    return classes().that().arePublic().should(new TakeNoOptionals());
  }

  private ArchRule configurationsAreRecords() {
    return classes().that().haveSimpleNameEndingWith("Config").should().beRecords();
  }
}
