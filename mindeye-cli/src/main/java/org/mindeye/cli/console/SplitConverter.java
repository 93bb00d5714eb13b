// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.mindeye.data.Split;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Takes splits by their names, and by those of their folders. */
public final class SplitConverter implements ITypeConverter<Split> {
  /** Creates a converter. */
  public SplitConverter() {}

  @Override
  public Split convert(String typed) {
    String name = typed.toLowerCase(Locale.ROOT);
    return Arrays.stream(Split.values())
        .filter(split -> List.of(split.toString(), split.folder()).contains(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "expected train, validation (or val) or test but was '" + typed + "'"));
  }
}
