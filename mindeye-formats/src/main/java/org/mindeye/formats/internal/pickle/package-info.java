/**
 * Python pickles as plain data. Nothing here knows what a name in a pickle stands for: calls,
 * classes and foreign identifiers are recorded, never looked up and never carried out.
 */
package org.mindeye.formats.internal.pickle;
