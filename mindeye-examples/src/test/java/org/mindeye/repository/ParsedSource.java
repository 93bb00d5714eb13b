package org.mindeye.repository;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A source text as the JDK's parser sees it; names are not resolved.
 *
 * @param unit the tree
 * @param trees finds positions and comments
 */
record ParsedSource(CompilationUnitTree unit, DocTrees trees) {

  /** Parses one file. */
  static ParsedSource of(String text) {
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Source.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, List.of("-proc:none"), null, List.of(file));
    try {
      return new ParsedSource(task.parse().iterator().next(), DocTrees.instance(task));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The line a tree starts on, its comment not counted. */
  long firstLine(Tree tree) {
    return line(trees.getSourcePositions().getStartPosition(unit, tree));
  }

  /** The line a tree ends on. */
  long lastLine(Tree tree) {
    return line(trees.getSourcePositions().getEndPosition(unit, tree));
  }

  private long line(long position) {
    return unit.getLineMap().getLineNumber(position);
  }
}
