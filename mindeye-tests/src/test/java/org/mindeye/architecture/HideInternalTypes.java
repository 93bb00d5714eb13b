// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.properties.HasModifiers;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * No type of an {@code internal} package in what users see of a class: supertypes, and the types,
 * type arguments and exceptions of public and protected members.
 */
final class HideInternalTypes extends ArchCondition<JavaClass> {
  HideInternalTypes() {
    super("not show types of internal packages");
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    Set<JavaClass> supertypes = new HashSet<>(type.getRawInterfaces());
    type.getRawSuperclass().ifPresent(supertypes::add);
    type.getInterfaces().forEach(t -> supertypes.addAll(t.getAllInvolvedRawTypes()));
    report(type, type.getName(), supertypes, events);
    for (JavaField field : type.getFields()) {
      if (isVisible(field)) {
        report(type, field.getFullName(), field.getAllInvolvedRawTypes(), events);
      }
    }
    for (JavaCodeUnit method : type.getCodeUnits()) {
      if (isVisible(method)) {
        report(type, method.getFullName(), seenTypes(method), events);
      }
    }
  }

  private static boolean isVisible(HasModifiers member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  private static Set<JavaClass> seenTypes(JavaCodeUnit method) {
    Set<JavaClass> types = new HashSet<>(method.getReturnType().getAllInvolvedRawTypes());
    for (JavaType parameter : method.getParameterTypes()) {
      types.addAll(parameter.getAllInvolvedRawTypes());
    }
    types.addAll(method.getExceptionTypes());
    return types;
  }

  private static void report(
      JavaClass type, String where, Collection<JavaClass> seen, ConditionEvents events) {
    for (JavaClass shown : seen) {
      if ((shown.getPackageName() + ".").contains(".internal.")) {
        events.add(SimpleConditionEvent.violated(type, where + " shows " + shown.getName()));
      }
    }
  }
}
