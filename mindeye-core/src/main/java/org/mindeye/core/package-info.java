/** The exception family shared by all modules. */
package org.mindeye.core;
