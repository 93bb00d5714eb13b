// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.repository.Repository;
import org.mindeye.repository.SourceFile;

/** The rules of the house hold in every module. */
class ArchitectureTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("/jmh_generated/"))
          .importPackages("org.mindeye");

  static Stream<Named<ArchRule>> rules() {
    Map<String, ArchRule> rules = ArchitectureRules.below("org.mindeye");
    return rules.entrySet().stream().map(rule -> Named.of(rule.getKey(), rule.getValue()));
  }

  @Test
  void should_see_every_source_file_of_every_module() {
    Set<String> imported = HOUSE.stream().map(JavaClass::getName).collect(Collectors.toSet());
    List<String> written =
        Repository.mainSources().stream()
            .filter(file -> !file.isPackageInfo())
            .map(SourceFile::typeName)
            .toList();

    assertThat(written).hasSizeGreaterThan(40);
    assertThat(imported).containsAll(written).noneMatch(name -> name.endsWith("Test"));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void should_hold(ArchRule rule) {
    rule.check(HOUSE);
  }
}
