// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.properties.HasName;
import java.lang.reflect.Executable;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A call, or a reference to a method, that takes its locale or its charset from the machine: the
 * JDK has the same method with a {@link Locale} or {@link Charset} beside it, or it is named here.
 * In half a dozen locales {@code %d} writes other digits than 0 to 9, and in Turkish {@code
 * "INT".toLowerCase()} is no {@code "int"}.
 */
final class AmbientText extends DescribedPredicate<JavaAccess<?>> {
  /** Always UTF-8, whatever the machine says. */
  private static final Set<String> ALWAYS_UTF_8 =
      Set.of(
          "java.nio.file.Files",
          "java.util.zip.ZipFile",
          "java.util.zip.ZipInputStream",
          "java.util.zip.ZipOutputStream");

  /** Without a sibling that takes a locale or a charset as such. */
  private static final Set<String> NAMED =
      Set.of(
          "java.lang.String.formatted",
          "java.text.DecimalFormat.<init>",
          "java.text.MessageFormat.format",
          "java.time.format.DateTimeFormatter.ofLocalizedDate",
          "java.time.format.DateTimeFormatter.ofLocalizedDateTime",
          "java.time.format.DateTimeFormatter.ofLocalizedTime",
          "java.util.Locale.getDefault",
          "java.nio.charset.Charset.defaultCharset");

  /** Archives take the name of a charset behind the stream, and the machine's without it. */
  private static final Pattern ARCHIVE =
      Pattern.compile("org\\.apache\\.commons\\.compress\\.archivers\\.\\w+\\.\\w+Stream");

  AmbientText() {
    super("takes its locale or charset from the machine");
  }

  @Override
  public boolean test(JavaAccess<?> access) {
    if (!(access.getTarget() instanceof CodeUnitAccessTarget target)) {
      return false;
    }
    String owner = declaring(target).getName();
    List<String> parameters = target.getRawParameterTypes().stream().map(HasName::getName).toList();
    if (ARCHIVE.matcher(owner).matches()) {
      return target.getName().equals("<init>") && !parameters.contains("java.lang.String");
    }
    return NAMED.contains(owner + "." + target.getName())
        || owner.startsWith("java.")
            && !ALWAYS_UTF_8.contains(owner)
            && !owner.equals(Charset.class.getName()) // since Java 18 forName takes a fallback
            && siblings(owner, target.getName()).anyMatch(s -> addsLocale(parameters, s));
  }

  private static JavaClass declaring(CodeUnitAccessTarget target) {
    Optional<? extends JavaMember> member = target.resolveMember();
    return member.isPresent() ? member.get().getOwner() : target.getOwner();
  }

  private static Stream<List<String>> siblings(String owner, String name) {
    Class<?> type;
    try {
      type = Class.forName(owner);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("a class of the JDK that is not there: " + owner, e);
    }
    Stream<? extends Executable> all =
        name.equals("<init>")
            ? Stream.of(type.getConstructors())
            : Stream.of(type.getMethods()).filter(method -> method.getName().equals(name));
    return all.map(each -> Stream.of(each.getParameterTypes()).map(Class::getName).toList());
  }

  /** Whether {@code sibling} is these parameters and a locale or a charset (and switches). */
  private static boolean addsLocale(List<String> parameters, List<String> sibling) {
    List<String> added = new ArrayList<>();
    int matched = 0;
    for (String type : sibling) {
      if (matched < parameters.size() && parameters.get(matched).equals(type)) {
        matched++;
      } else {
        added.add(type);
      }
    }
    Set<String> ambient = Set.of(Locale.class.getName(), Charset.class.getName());
    return matched == parameters.size()
        && added.stream().anyMatch(ambient::contains)
        && added.stream().allMatch(type -> ambient.contains(type) || type.equals("boolean"));
  }
}
