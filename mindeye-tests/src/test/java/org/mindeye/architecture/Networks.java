// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Collectors;
import org.mindeye.core.nn.Network;

/** The networks of the libraries, for tests that are to know each of them. */
public final class Networks {
  private Networks() {}

  /** The classes' names. */
  public static Set<String> all() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.mindeye")
            .stream()
            .filter(type -> type.isAssignableTo(Network.class))
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(type -> !type.getModifiers().contains(JavaModifier.ABSTRACT))
            .map(JavaClass::getName)
            .collect(Collectors.toSet());
  }
}
