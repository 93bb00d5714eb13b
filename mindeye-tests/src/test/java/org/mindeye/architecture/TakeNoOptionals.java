// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * No public method or constructor takes an optional: the caller would have to wrap what is there,
 * and an overload says the same. What a record holds it also takes; those are answers first.
 */
final class TakeNoOptionals extends ArchCondition<JavaClass> {
  private static final Set<String> OPTIONALS =
      Set.of(
          Optional.class.getName(),
          OptionalInt.class.getName(),
          OptionalLong.class.getName(),
          OptionalDouble.class.getName());

  TakeNoOptionals() {
    super("take no optionals");
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    for (JavaCodeUnit unit : type.getCodeUnits()) {
      boolean ofRecord = type.isRecord() && unit instanceof JavaConstructor;
      if (unit.getModifiers().contains(JavaModifier.PUBLIC) && !ofRecord) {
        for (JavaClass parameter : unit.getRawParameterTypes()) {
          if (OPTIONALS.contains(parameter.getName())) {
            events.add(
                SimpleConditionEvent.violated(
                    type, unit.getFullName() + " takes " + parameter.getName()));
          }
        }
      }
    }
  }
}
