export { EditVoucher as default } from './form';
