// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** A pom.xml as written, nothing inherited. */
final class Pom {
  private final Element project;

  private Pom(Element project) {
    this.project = project;
  }

  /** Reads the pom of a directory. */
  static Pom of(Path directory) {
    try {
      return new Pom(
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(directory.resolve("pom.xml").toFile())
              .getDocumentElement());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ParserConfigurationException | SAXException e) {
      throw new IllegalStateException(directory + "/pom.xml", e);
    }
  }

  /** The texts of all elements on a path from the project element. */
  List<String> texts(String... path) {
    return elements(path).stream().map(e -> e.getTextContent().strip()).toList();
  }

  /** The elements on a path from the project element. */
  List<Element> elements(String... path) {
    List<Element> found = List.of(project);
    for (String name : path) {
      found = found.stream().flatMap(element -> children(element, name).stream()).toList();
    }
    return found;
  }

  /** The text of a child element, or nothing. */
  static String text(Element element, String name) {
    return String.join(
        "", children(element, name).stream().map(e -> e.getTextContent().strip()).toList());
  }

  private static List<Element> children(Element element, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element child && child.getTagName().equals(name)) {
        found.add(child);
      }
    }
    return found;
  }
}
