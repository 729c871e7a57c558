// Objects as YAML. What is needed rarely is loaded from here: in the bundle the package is CommonJS, and what is imported
// lazily from such has no names.
import { stringify } from 'yaml';

/** No line is broken. */
export function yamlText(value: object): string {
  return stringify(value, { lineWidth: 0 });
}
