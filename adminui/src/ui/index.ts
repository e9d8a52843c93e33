// What screens build with. Chart brings its drawing itself, when it is in sight.
export { Button, IconButton, LinkButton } from './button';
export { Chart, type ChartProps, type Series, type Unit } from './chart';
export { csvOf, download } from './csv';
export { Confirm, Dialog, DirtyGuard } from './dialog';
export { Field, FormErrors, fieldId, toField, toNewField, type FieldProps } from './field';
export { Icon, type Drawing } from './icon';
export { Check, DateInput, Radio, Select, TextArea, TextInput, type Choice } from './inputs';
export { MoneyInput, NumberInput } from './amounts';
export { Card, Facts, Figure, Grid, Row, Stack } from './layout';
export { ListBar, Pager, type Filter } from './listbar';
export { Menu, type MenuItem } from './menu';
export { Page } from './page';
export { Await, Empty, ErrorBox, Forbidden, Skeleton, whatOf } from './states';
export { DataTable, type Column, type Selection } from './table';
export { toast } from './toast';
export { Badge, Meter, Money, None, Notice, Points, Progress, When, type Tone } from './values';
