package org.mindeye.repository;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;

/**
 * Finds what users see and cannot read about: a public or protected type, method, constructor,
 * field or enum constant without a comment, a parameter, record component or type parameter without
 * {@code @param}, a result without {@code @return}. Overriding methods inherit their comment, and a
 * compact constructor its parameters.
 */
final class Undocumented extends TreePathScanner<Void, Void> {
  private final ParsedSource source;
  private final List<String> gaps = new ArrayList<>();

  private Undocumented(ParsedSource source) {
    this.source = source;
  }

  /** One line per gap. */
  static List<String> in(String text) {
    ParsedSource source = ParsedSource.of(text);
    Undocumented finder = new Undocumented(source);
    finder.scan(source.unit(), null);
    return finder.gaps;
  }

  @Override
  public Void visitClass(ClassTree type, Void unused) {
    if (!isVisible(type.getModifiers())) {
      return null; // nor is anything inside it
    }
    DocCommentTree comment = comment(type.getSimpleName().toString());
    type.getTypeParameters().forEach(t -> requireParam(comment, "<" + t.getName() + ">"));
    if (type.getKind() == Tree.Kind.RECORD) {
      for (Tree member : type.getMembers()) {
        if (member instanceof VariableTree field && !isStatic(field)) {
          requireParam(comment, field.getName().toString());
        }
      }
    }
    type.getMembers().forEach(member -> scan(member, null));
    return null;
  }

  @Override
  public Void visitVariable(VariableTree field, Void unused) {
    boolean component = enclosing().getKind() == Tree.Kind.RECORD && !isStatic(field);
    if (isVisible(field.getModifiers()) && !component) {
      comment(field.getName().toString());
    }
    return null;
  }

  @Override
  public Void visitMethod(MethodTree method, Void unused) {
    if (!isVisible(method.getModifiers()) || overrides(method) || source.lastLine(method) < 0) {
      return null;
    }
    DocCommentTree comment = comment(method.getName().toString());
    method.getTypeParameters().forEach(t -> requireParam(comment, "<" + t.getName() + ">"));
    boolean constructor = method.getReturnType() == null;
    if (!constructor || enclosing().getKind() != Tree.Kind.RECORD) {
      method.getParameters().forEach(p -> requireParam(comment, p.getName().toString()));
    }
    if (comment != null && !constructor && !method.getReturnType().toString().equals("void")) {
      if (!has(comment, DocTree.Kind.RETURN)
          && !comment.getFullBody().toString().contains("@return")) {
        gap("no @return for " + method.getName());
      }
    }
    return null;
  }

  private Tree enclosing() {
    return getCurrentPath().getParentPath().getLeaf();
  }

  /** Members of interfaces are public without saying so. */
  private boolean isVisible(ModifiersTree modifiers) {
    Tree parent = enclosing();
    boolean inInterface =
        parent.getKind() == Tree.Kind.INTERFACE || parent.getKind() == Tree.Kind.ANNOTATION_TYPE;
    return modifiers.getFlags().contains(Modifier.PUBLIC)
        || modifiers.getFlags().contains(Modifier.PROTECTED)
        || inInterface && !modifiers.getFlags().contains(Modifier.PRIVATE);
  }

  private static boolean isStatic(VariableTree field) {
    return field.getModifiers().getFlags().contains(Modifier.STATIC);
  }

  private static boolean overrides(MethodTree method) {
    for (AnnotationTree annotation : method.getModifiers().getAnnotations()) {
      if (annotation.getAnnotationType().toString().equals("Override")) {
        return true;
      }
    }
    return false;
  }

  private DocCommentTree comment(String name) {
    TreePath path = getCurrentPath();
    DocCommentTree comment = source.trees().getDocCommentTree(path);
    if (comment == null) {
      gap("no comment for " + name);
    }
    return comment;
  }

  private void requireParam(DocCommentTree comment, String name) {
    if (comment != null && !has(comment, name)) {
      gap("no @param for " + name);
    }
  }

  private static boolean has(DocCommentTree comment, DocTree.Kind kind) {
    return comment.getBlockTags().stream().anyMatch(tag -> tag.getKind() == kind);
  }

  private static boolean has(DocCommentTree comment, String parameter) {
    for (DocTree tag : comment.getBlockTags()) {
      if (tag instanceof ParamTree param) {
        String name = param.getName().toString();
        if (parameter.equals(param.isTypeParameter() ? "<" + name + ">" : name)) {
          return true;
        }
      }
    }
    return false;
  }

  private void gap(String what) {
    gaps.add(source.firstLine(getCurrentPath().getLeaf()) + ": " + what);
  }
}
