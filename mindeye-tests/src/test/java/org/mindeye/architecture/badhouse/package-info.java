/** A house where every rule is broken once, to show that the rules notice. */
package org.mindeye.architecture.badhouse;
