// base is where the admin's pages are on our origin.
export const base = '/admin';

// pathOf is the path of a page as the routes write it.
export const pathOf = (pathname: string): string => pathname.slice(base.length) || '/';
