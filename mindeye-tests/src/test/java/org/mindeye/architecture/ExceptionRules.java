// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CancellationException;

/** One family of exceptions, and Java's own for what Java has names for; see CONTRIBUTING. */
final class ExceptionRules {
  private static final String FAMILY = "org.mindeye.MindEyeException";

  /** Java's own that are thrown, with what descends from {@link IOException}. */
  private static final List<Class<?>> OF_JAVA =
      List.of(
          IllegalArgumentException.class,
          NullPointerException.class,
          IndexOutOfBoundsException.class,
          NoSuchElementException.class,
          IllegalStateException.class,
          UnsupportedOperationException.class,
          CancellationException.class,
          UncheckedIOException.class);

  /** What the compiler throws where a switch over an enum meets a constant it does not know. */
  private static final Set<String> OF_THE_COMPILER =
      Set.of("java.lang.IncompatibleClassChangeError", "java.lang.MatchException");

  /** Declared here and of no family, and why. */
  private static final Map<String, String> APART =
      Map.of("DiskSpaceException", "is an IOException: what the disk does");

  private ExceptionRules() {}

  /** Classes of exceptions that are declared below the root. */
  static ArchRule ofOneFamily() {
    return classes()
        .that()
        .areAssignableTo(Throwable.class)
        .and(
            DescribedPredicate.describe(
                "are not on the list of those apart",
                type -> !APART.containsKey(type.getSimpleName())))
        .should()
        .beAssignableTo(FAMILY);
  }

  /** What is thrown anywhere but on a command line, whose library has exceptions of its own. */
  static ArchRule thrownByName(String... withTheirOwn) {
    DescribedPredicate<JavaClass> known =
        DescribedPredicate.describe(
            "belong to a family",
            type ->
                type.isAssignableTo(FAMILY)
                    || type.isAssignableTo(IOException.class)
                    || OF_THE_COMPILER.contains(type.getName())
                    || OF_JAVA.stream().anyMatch(each -> type.isEquivalentTo(each)));
    return noClasses()
        .that(not(resideInAnyPackage(withTheirOwn)))
        .and(not(assignableTo(Throwable.class)))
        .should()
        .callConstructorWhere(
            DescribedPredicate.<JavaConstructorCall>describe(
                "makes an exception of no family",
                call ->
                    call.getTargetOwner().isAssignableTo(Throwable.class)
                        && !known.test(call.getTargetOwner())));
  }
}
