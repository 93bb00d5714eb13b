package org.mindeye.repository;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the lines of methods, constructors and initialisers, annotations included. */
final class MethodLengths extends TreeScanner<Void, Void> {
  private final ParsedSource source;
  private final Map<String, Long> lines = new LinkedHashMap<>();

  private MethodLengths(ParsedSource source) {
    this.source = source;
  }

  /** Lines by {@code name:first line}. */
  static Map<String, Long> of(String text) {
    ParsedSource source = ParsedSource.of(text);
    MethodLengths counter = new MethodLengths(source);
    counter.scan(source.unit(), null);
    return counter.lines;
  }

  @Override
  public Void visitMethod(MethodTree method, Void unused) {
    count(method.getName().toString(), method);
    return super.visitMethod(method, unused);
  }

  @Override
  public Void visitClass(ClassTree type, Void unused) {
    for (Tree member : type.getMembers()) {
      if (member instanceof BlockTree block) {
        count("initialiser", block);
      }
    }
    return super.visitClass(type, unused);
  }

  private void count(String name, Tree tree) {
    if (source.lastLine(tree) > 0) { // what the compiler adds has no end
      lines.put(
          name + ":" + source.firstLine(tree), source.lastLine(tree) - source.firstLine(tree) + 1);
    }
  }
}
