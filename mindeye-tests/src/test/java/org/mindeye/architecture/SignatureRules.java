// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture;

import static com.tngtech.archunit.core.domain.JavaModifier.PRIVATE;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import ai.djl.Device;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** What names and parameters look like, the same in every module. */
final class SignatureRules {
  /** More than this cannot be told apart by position. */
  private static final int MOST_PARAMETERS = 7;

  private static final String NOISE = "org.mindeye.core.random.NoiseSource";

  private SignatureRules() {}

  static Map<String, ArchRule> all() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put("few parameters", fewParameters());
    rules.put("the device comes last", deviceLast());
    rules.put("of looks at no file", ofLooksAtNoFile());
    rules.put("load puts weights on a device", loadTakesADevice());
    rules.put("settings are called Config", settingsAreCalledConfig());
    rules.put("presets are methods", presetsAreMethods());
    rules.put("classes are spelled as in American English", classSpelling());
    rules.put("members are spelled as in American English", memberSpelling());
    return rules;
  }

  /** Also what only the package sees: a record of thirteen numbers reads no better there. */
  private static ArchRule fewParameters() {
    return codeUnits()
        .that(are("of a class with a name", unit -> !unit.getOwner().isAnonymousClass()))
        .and(are("seen by others", unit -> !unit.getModifiers().contains(PRIVATE)))
        .should(
            ArchCondition.from(
                are(
                    "take at most " + MOST_PARAMETERS + " parameters",
                    unit -> unit.getRawParameterTypes().size() <= MOST_PARAMETERS)));
  }

  /** Behind it only where random numbers come from: a source, or a seed. */
  private static ArchRule deviceLast() {
    return codeUnits()
        .that(are("public", unit -> unit.getModifiers().contains(JavaModifier.PUBLIC)))
        .and(are("not of a record", unit -> !unit.getOwner().isRecord()))
        .should(
            ArchCondition.from(
                are("take a device last, or before noise", SignatureRules::takesDeviceLast)));
  }

  private static boolean takesDeviceLast(JavaCodeUnit unit) {
    List<String> types = unit.getRawParameterTypes().stream().map(JavaClass::getName).toList();
    int device = types.indexOf(Device.class.getName());
    return device < 0
        || types.subList(device + 1, types.size()).stream()
            .allMatch(type -> type.equals(NOISE) || type.equals(long.class.getName()));
  }

  /** What reads files says so: read, load or open. */
  private static ArchRule ofLooksAtNoFile() {
    return codeUnits()
        .that(are("factories called of", unit -> isFactory(unit, "of")))
        .should(ArchCondition.from(are("take no path", unit -> !takes(unit, Path.class))));
  }

  private static ArchRule loadTakesADevice() {
    return codeUnits()
        .that(are("factories called load", unit -> isFactory(unit, "load")))
        .should(ArchCondition.from(are("take a device", unit -> takes(unit, Device.class))));
  }

  private static boolean isFactory(JavaCodeUnit unit, String name) {
    return unit.getName().equals(name)
        && unit.getModifiers().contains(JavaModifier.STATIC)
        && unit.getModifiers().contains(JavaModifier.PUBLIC)
        && unit.getOwner().getModifiers().contains(JavaModifier.PUBLIC);
  }

  private static boolean takes(JavaCodeUnit unit, Class<?> type) {
    return unit.getRawParameterTypes().stream().anyMatch(p -> p.isEquivalentTo(type));
  }

  private static ArchRule settingsAreCalledConfig() {
    return noClasses()
        .that()
        .areRecords()
        .and()
        .doNotHaveModifier(PRIVATE)
        .should()
        .haveSimpleNameEndingWith("Options")
        .orShould()
        .haveSimpleNameEndingWith("Settings");
  }

  /** {@code paper()}, with or without arguments, so that one kind of call finds them all. */
  private static ArchRule presetsAreMethods() {
    return noFields()
        .that()
        .areDeclaredInClassesThat()
        .areNotEnums()
        .and()
        .arePublic()
        .should()
        .haveNameMatching("PAPER.*");
  }

  private static ArchRule classSpelling() {
    return classes().should(ArchCondition.from(spelled(JavaClass::getSimpleName)));
  }

  private static ArchRule memberSpelling() {
    return members().should(ArchCondition.from(spelled(JavaMember::getName)));
  }

  /** As DJL and the JDK spell them. */
  private static <T> DescribedPredicate<T> spelled(Function<T, String> name) {
    return DescribedPredicate.describe(
        "be spelled color, neighbor, gray",
        named -> !name.apply(named).matches("(?i).*(colour|neighbour|grey).*"));
  }

  private static DescribedPredicate<JavaCodeUnit> are(String what, Predicate<JavaCodeUnit> test) {
    return DescribedPredicate.describe(what, test);
  }
}
