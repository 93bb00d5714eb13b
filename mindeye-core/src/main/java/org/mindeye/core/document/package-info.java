/**
 * Configuration records as documents: the one strict reader and writer for checkpoints, metadata of
 * weights and configuration files.
 *
 * <p>A document is a JSON object (or one of another notation that becomes the same tree) whose keys
 * are the components of a record by their names in Java. Nothing is guessed: every component has to
 * be there, except for those that {@link org.mindeye.core.document.MayBeAbsent} marks or that are
 * {@link java.util.Optional}; no key may be unknown, twice there, or null; a text is not a number,
 * a fraction not an integer.
 *
 * <p>Every document states its {@linkplain org.mindeye.core.document.Document#SCHEMA schema}. One
 * of a later schema than this library's is refused. One of an earlier schema is first brought to
 * the current one by the {@linkplain org.mindeye.core.document.Migration migrations} of the records
 * in it, then read as strictly. One that states none was written before documents did, and is of
 * schema 1.
 */
package org.mindeye.core.document;
